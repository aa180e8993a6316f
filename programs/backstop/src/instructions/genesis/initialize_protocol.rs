use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{Protocol, LAYOUT_VERSION, PUBLISHER_COUNT};
use backstop_interface::{ensure, pda, BackstopError};

use crate::tokens;

/// Most recapitalisation tokens there may ever be: ten thousand million, in atoms.
const MOST_SUPPLY_ATOMS: u64 = 10_000_000_000_000_000;
/// Dearest token before the first clearing: a thousand quote, scaled 1e9.
const MOST_LAUNCH_PRICE: u64 = 1_000_000_000_000;

/// What genesis decides for the whole protocol.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct InitializeProtocolArgs {
    /// The three volatility publishers.
    pub publishers: [Pubkey; PUBLISHER_COUNT],
    /// Fixed supply of recapitalisation tokens, in atoms (6 decimals).
    pub recapitalisation_supply_atoms: u64,
    /// Quote per whole recapitalisation token taken as the clearing price before the first, 1e9.
    pub launch_clearing_price: u64,
}

#[derive(Accounts)]
pub struct InitializeProtocol<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(
        constraint = program.programdata_address()? == Some(program_data.key()) @ BackstopError::NotUpgradeAuthority,
    )]
    pub program: Program<'info, crate::program::Backstop>,
    #[account(
        constraint = program_data.upgrade_authority_address == Some(authority.key()) @ BackstopError::NotUpgradeAuthority,
    )]
    pub program_data: Account<'info, ProgramData>,
    #[account(init, payer = authority, space = 8 + Protocol::INIT_SPACE, seeds = [pda::PROTOCOL], bump)]
    pub protocol: Box<Account<'info, Protocol>>,
    #[account(
        mint::token_program = token_program,
        constraint = quote_mint.decimals == 6 @ BackstopError::DecimalsNotAllowed,
    )]
    pub quote_mint: Box<InterfaceAccount<'info, Mint>>,
    #[account(
        init, payer = authority, seeds = [pda::RECAPITALISATION_MINT], bump,
        mint::decimals = 6, mint::authority = protocol, mint::token_program = token_program,
    )]
    pub recapitalisation_mint: Box<InterfaceAccount<'info, Mint>>,
    #[account(
        init, payer = authority, seeds = [pda::TREASURY], bump,
        token::mint = recapitalisation_mint, token::authority = protocol, token::token_program = token_program,
    )]
    pub treasury: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

pub fn initialize_protocol(
    ctx: Context<InitializeProtocol>,
    args: InitializeProtocolArgs,
) -> Result<()> {
    ensure(
        (1..=MOST_SUPPLY_ATOMS).contains(&args.recapitalisation_supply_atoms),
        BackstopError::ParameterOutOfBounds,
    )?;
    ensure(
        (1..=MOST_LAUNCH_PRICE).contains(&args.launch_clearing_price),
        BackstopError::ParameterOutOfBounds,
    )?;
    let bump = ctx.bumps.protocol;
    ctx.accounts.protocol.set_inner(Protocol {
        version: LAYOUT_VERSION,
        bump,
        sealed: false,
        genesis_authority: ctx.accounts.authority.key(),
        quote_mint: ctx.accounts.quote_mint.key(),
        publishers: args.publishers,
        market_count: 0,
        missing_parts: 0,
        recapitalisation_supply_atoms: args.recapitalisation_supply_atoms,
        recapitalisation_sold_atoms: 0,
        last_clearing_price: args.launch_clearing_price,
        reserved: [0; 64],
    });
    let accounts = &ctx.accounts;
    tokens::mint(
        &accounts.token_program,
        &accounts.recapitalisation_mint,
        &accounts.treasury,
        accounts.protocol.to_account_info(),
        &[pda::PROTOCOL, &[bump]],
        args.recapitalisation_supply_atoms,
    )
}
