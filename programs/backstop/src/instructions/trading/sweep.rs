use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount, Side};
use backstop_interface::action::Action;
use backstop_interface::event::OffersSwept;
use backstop_interface::{ensure, BackstopError};

use super::broom::Broom;
use crate::apply;
use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::trade::{self, Party};

/// Accounts of an offer in a sweep: the offer, its maker's margin account, that account's shard.
pub const ACCOUNTS_PER_OFFER: usize = 3;

/// Contracts of one series to be had from several offers.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct SweepOrder {
    /// Side of the offers: asks are bought, bids are sold to.
    pub side: Side,
    /// Most contracts, in millionths.
    pub contracts: u64,
    /// Least contracts with which the taker is content, in millionths.
    pub least_contracts: u64,
    /// Highest premium when buying, lowest when selling, quote per contract scaled 1e9.
    pub limit_price: u64,
    /// Number of offers named for this order.
    pub offers: u8,
}

/// Orders that succeed together.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct SweepArgs {
    /// The orders, at most 4.
    pub orders: Vec<SweepOrder>,
    /// Most the taker pays in all, in quote atoms, fees of what he sells and his contribution included; negative if he is to be paid.
    pub greatest_cost_atoms: i64,
}

#[event_cpi]
#[derive(Accounts)]
pub struct Sweep<'info> {
    pub authority: Signer<'info>,
    pub risk: Risk<'info>,
    /// Account that fills the offers.
    #[account(mut)]
    pub taker: AccountLoader<'info, MarginAccount>,
}

impl Sweep<'_> {
    fn check(&self, args: &SweepArgs) -> Result<()> {
        let taker = self.taker.load()?;
        self.risk.check(&taker.market)?;
        margin::require_trader(&taker, &self.authority.key())?;
        ensure(
            taker.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        let count = args.orders.len();
        ensure((1..=4).contains(&count), BackstopError::SweepAccounts)?;
        for order in &args.orders {
            trade::check_lots(&self.risk.market, order.contracts)?;
            let room = 1..=order.contracts;
            ensure(
                room.contains(&order.least_contracts),
                BackstopError::FillOutOfRange,
            )?;
        }
        Ok(())
    }
}

/// The remaining accounts are the shard of the taker (or the program, if he owes nothing afterwards), then, for each order, its series and for each of its offers the offer, its maker's
/// margin account and that account's shard, all writable; behind them the expiries the margin checks need.
pub fn sweep<'info>(ctx: Context<'info, Sweep<'info>>, args: SweepArgs) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(&args)?;
    let accounts = &*ctx.accounts;
    let places = |order: &SweepOrder| {
        usize::from(order.offers)
            .saturating_mul(ACCOUNTS_PER_OFFER)
            .saturating_add(1)
    };
    let named: usize = args.orders.iter().map(places).sum();
    let (own_shard, rest) = ctx
        .remaining_accounts
        .split_first()
        .ok_or(BackstopError::SweepAccounts)?;
    let (mut named, shown) = rest
        .split_at_checked(named)
        .ok_or(BackstopError::SweepAccounts)?;
    let last_used_at = accounts.taker.load()?.last_price_at;
    let moment = accounts
        .risk
        // Every fill is asked for the level of what it is.
        .moment_for_risk(Action::Close, last_used_at, shown, now)?;
    let mut broom = Broom::new(&accounts.risk, &accounts.taker, moment)?;
    for order in &args.orders {
        let (mine, rest) = named
            .split_at_checked(places(order))
            .ok_or(BackstopError::SweepAccounts)?;
        broom.sweep(order, mine)?;
        named = rest;
    }
    let takes = Party::signed(&*accounts.taker.load()?, accounts.authority.key, false);
    broom.settle_taker(takes, own_shard)?;
    // With what he contributed, which is found when he is held to his margin.
    ensure(
        broom.cost_atoms <= args.greatest_cost_atoms,
        BackstopError::CostAboveLimit,
    )?;
    let event = OffersSwept {
        market: accounts.risk.market.key(),
        taker: accounts.taker.key(),
        cost_atoms: broom.cost_atoms,
        offers: broom.told,
    };
    emit_cpi!(event);
    Ok(())
}

/// Pays `cost_atoms` out of the account's quote; negative: into it.
pub fn pay_cost(account: &mut MarginAccount, cost_atoms: i64) -> Result<()> {
    let atoms = cost_atoms.unsigned_abs();
    account.quote_atoms = match cost_atoms < 0 {
        true => apply::add(account.quote_atoms, atoms)?,
        false => apply::take(account.quote_atoms, atoms)?,
    };
    apply::touch(account)
}
