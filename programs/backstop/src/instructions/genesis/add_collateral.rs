use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};
use backstop_interface::accounts::{Collateral, CollateralKind, Market, Protocol, LAYOUT_VERSION};
use backstop_interface::params::numbers::LEAST_DEPOSIT;
use backstop_interface::{pda, BackstopError};

/// Weights and least deposit of a collateral.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct AddCollateralArgs {
    /// Weight in V(IM), 1e9 = 1.
    pub weight_im_ppb: u64,
    /// Weight in V(MM), 1e9 = 1; at least the IM weight.
    pub weight_mm_ppb: u64,
    /// Worth of one account beyond which initial margin counts half, in quote atoms.
    pub size_atoms: u64,
    /// Part of the worth lost per unit of fall of the underlying, beyond moving with it, 1e9 = 1.
    pub wrong_way_ppb: u64,
    /// Least deposit in atoms.
    pub least_deposit_atoms: u64,
}

#[derive(Accounts)]
pub struct AddCollateral<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(
        mut, seeds = [pda::PROTOCOL], bump = protocol.bump,
        constraint = !protocol.sealed @ BackstopError::AlreadySealed,
        constraint = protocol.genesis_authority == authority.key() @ BackstopError::NotGenesisAuthority,
    )]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    pub mint: Box<Account<'info, Mint>>,
    #[account(
        init, payer = authority, space = 8 + Collateral::INIT_SPACE,
        seeds = [pda::COLLATERAL, market.key().as_ref(), mint.key().as_ref()], bump,
    )]
    pub collateral: Box<Account<'info, Collateral>>,
    #[account(
        init, payer = authority, seeds = [pda::VAULT, market.key().as_ref(), mint.key().as_ref()], bump,
        token::mint = mint, token::authority = market,
    )]
    pub vault: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

pub fn add_collateral(ctx: Context<AddCollateral>, args: AddCollateralArgs) -> Result<()> {
    let accounts = ctx.accounts;
    let mint = accounts.mint.key();
    let kind = match mint {
        m if m == accounts.market.quote_mint => CollateralKind::Quote,
        m if m == accounts.market.underlying_mint => CollateralKind::Underlying,
        _ => return err!(BackstopError::WrongMint),
    };
    let whole = kind != CollateralKind::Quote || args.weight_im_ppb == 1_000_000_000;
    require!(
        whole && LEAST_DEPOSIT.check(args.least_deposit_atoms).is_ok(),
        BackstopError::ParameterOutOfBounds
    );
    accounts.collateral.set_inner(Collateral {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.collateral,
        kind,
        decimals: accounts.mint.decimals,
        market: accounts.market.key(),
        mint,
        token_program: accounts.token_program.key(),
        vault: accounts.vault.key(),
        claims_atoms: 0,
        weight_im_ppb: args.weight_im_ppb,
        weight_mm_ppb: args.weight_mm_ppb,
        size_atoms: args.size_atoms,
        wrong_way_ppb: args.wrong_way_ppb,
        least_deposit_atoms: args.least_deposit_atoms,
        reserved: [0; 64],
    });
    let terms = accounts.collateral.terms().validate();
    require!(terms.is_ok(), BackstopError::ParameterOutOfBounds);
    super::count_part(&mut accounts.protocol)
}
