use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{
    Collateral, CollateralKind, FeedClock, Market, Protocol, LAYOUT_VERSION,
};
use backstop_interface::{ensure, pda, BackstopError};

pub use backstop_interface::genesis::AddCollateralArgs;

use crate::{collaterals, tokens};

/// Decimals of lamports and of the tokens stake pools redeem in them.
const STAKED_DECIMALS: u8 = 9;

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
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    #[account(
        init, payer = authority, space = 8 + Collateral::INIT_SPACE,
        seeds = [pda::COLLATERAL, market.key().as_ref(), mint.key().as_ref()], bump,
    )]
    pub collateral: Box<Account<'info, Collateral>>,
    #[account(
        init, payer = authority, seeds = [pda::VAULT, market.key().as_ref(), mint.key().as_ref()], bump,
        token::mint = mint, token::authority = market, token::token_program = token_program,
    )]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// CHECK: the clock of the collateral's own feed, if it has one; read by `collaterals`.
    pub feed_clock: Option<UncheckedAccount<'info>>,
    /// CHECK: the pool that redeems a liquid-staking token; layout and mint are checked by `collaterals`.
    pub stake_pool: Option<UncheckedAccount<'info>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

pub fn add_collateral(ctx: Context<AddCollateral>, args: AddCollateralArgs) -> Result<()> {
    let accounts = ctx.accounts;
    let mint = accounts.mint.to_account_info();
    tokens::check_mint(&mint, accounts.token_program.key)?;
    let mint = accounts.mint.key();
    let kind = args.kind;
    let of_mint = match mint {
        m if m == accounts.market.quote_mint => kind == CollateralKind::Quote,
        m if m == accounts.market.underlying_mint => kind == CollateralKind::Underlying,
        _ => kind.has_own_feed(),
    };
    ensure(of_mint, BackstopError::WrongMint)?;
    let decimals = accounts.mint.decimals <= 9;
    ensure(decimals, BackstopError::DecimalsNotAllowed)?;
    let feed_id = accounts.own_feed(kind)?;
    let listed_at = match kind.has_own_feed() {
        true => Clock::get()?.unix_timestamp,
        false => 0,
    };
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
        feed_id,
        stake_pool: Pubkey::default(),
        stake_pool_program: Pubkey::default(),
        cap_atoms: args.cap_atoms,
        listed_at,
        below_since: 0,
        observed_at: 0,
        numbers: args.numbers,
        reserved: [0; 32],
    });
    accounts.name_stake_pool()?;
    accounts.collateral.check_listing()?;
    // The market is complete without them.
    if kind.has_own_feed() {
        return Ok(());
    }
    super::count_part(&mut accounts.protocol)
}

impl AddCollateral<'_> {
    /// Feed of a kind that has its own, by the clock shown; zeros for the others, which show none.
    fn own_feed(&self, kind: CollateralKind) -> Result<[u8; 32]> {
        match (&self.feed_clock, kind.has_own_feed()) {
            (Some(clock), true) => {
                let error = BackstopError::WrongFeedClock;
                let clock: FeedClock = collaterals::decode(clock, error)?;
                ensure(clock.feed_id != self.market.feed_id, error)?;
                Ok(clock.feed_id)
            }
            (None, false) => Ok([0; 32]),
            _ => Err(BackstopError::WrongFeedClock.into()),
        }
    }

    /// Writes down address and owner of the stake pool shown, which must redeem the token; other kinds show none.
    fn name_stake_pool(&mut self) -> Result<()> {
        let staked = self.collateral.kind == CollateralKind::LiquidStaking;
        let Some(pool) = self.stake_pool.as_ref().filter(|_| staked) else {
            let none = self.stake_pool.is_none() && !staked;
            return ensure(none, BackstopError::WrongStakePool);
        };
        let decimals = self.mint.decimals == STAKED_DECIMALS;
        ensure(decimals, BackstopError::DecimalsNotAllowed)?;
        self.collateral.stake_pool = pool.key();
        self.collateral.stake_pool_program = *pool.owner;
        collaterals::stake_pool(pool, &self.collateral).map(|_| ())
    }
}
