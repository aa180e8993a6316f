//! What every trade has in common, however it came about: its price, its bill, the exchange, and how both
//! sides must stand afterwards.

mod formula;
mod parties;
mod standing;

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, MarginAccount, Market, Offer, Pricing, Series, Side,
};
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::{Atoms, Contracts, Price};
use backstop_risk::quoting::MakerSide;

use crate::apply;
use crate::margin::LAST_HOUR_SECONDS;

pub use formula::pegged_at;
pub use parties::{listed, Party, Sided, Struck, Trades};
pub use standing::owes_nothing;

/// What a trade costs, in quote atoms.
#[derive(Clone, Copy)]
pub struct Bill {
    /// From buyer to seller.
    pub premium_atoms: u64,
    /// From the seller to fees; where the premium lies far below mark it may be more than that.
    pub fee_atoms: u64,
    /// What is sold: the larger of premium and contracts × mark, up.
    pub worth_atoms: u64,
}

/// The account, which an instruction takes among its remaining ones to write it.
pub fn writable<'a, 'info>(info: &'a AccountInfo<'info>) -> Result<&'a AccountInfo<'info>> {
    require!(info.is_writable, ErrorCode::ConstraintMut);
    Ok(info)
}

/// Contracts with a sign for the books.
pub fn signed(contracts: u64) -> Result<i64> {
    i64::try_from(contracts).map_err(|_| error!(BackstopError::AmountOverflow))
}

/// A copy to look at after the account has changed; on the heap, because a frame has no room for it.
#[inline(never)]
pub fn copy(account: &MarginAccount) -> Box<MarginAccount> {
    Box::new(*account)
}

/// Premium rounded for the maker, fee up against the seller. The premium is positive and below spot (call)
/// or strike (put).
#[inline(never)]
pub fn bill(
    market: &Market,
    series: &Series,
    contracts: u64,
    struck: &Struck,
    spot: Price,
) -> Result<Bill> {
    let cap = match series.kind.is_call() {
        true => spot.get(),
        false => series.strike_price,
    };
    ensure(
        0 < struck.price.get() && struck.price.get() < cap,
        BackstopError::PremiumOutOfRange,
    )?;
    let quantity = Contracts::new(signed(contracts)?);
    let premium = match struck.maker {
        MakerSide::Sells => quantity.value_ceil(struck.price),
        MakerSide::Buys => quantity.value_floor(struck.price),
    };
    let premium = premium.ok_or(BackstopError::AmountOverflow)?;
    Ok(Bill {
        premium_atoms: premium.get(),
        fee_atoms: fee(market, contracts, premium, struck.mark, spot)?,
        worth_atoms: worth(contracts, struck.mark)?.max(premium.get()),
    })
}

/// Contracts × mark, in quote atoms, up.
pub fn worth(contracts: u64, mark: Price) -> Result<u64> {
    let worth = Contracts::new(signed(contracts)?).value_ceil(mark);
    Ok(worth.ok_or(BackstopError::AmountOverflow)?.get())
}

/// What a sale costs its seller, in quote atoms: shares of contracts × spot and of the larger of premium and
/// contracts × mark, up.
#[inline(never)]
pub fn fee(
    market: &Market,
    contracts: u64,
    premium: Atoms,
    mark: Price,
    spot: Price,
) -> Result<u64> {
    let quantity = Contracts::new(signed(contracts)?);
    let worth = quantity.value_ceil(mark).zip(quantity.value_ceil(spot));
    let (mark, notional) = worth.ok_or(BackstopError::AmountOverflow)?;
    let fee = market.params.fees().fee_at_mark(premium, mark, notional);
    Ok(fee.ok_or(BackstopError::AmountOverflow)?.get())
}

/// The buyer's side: premium out, contracts in.
#[inline(never)]
pub fn buy(
    account: &mut MarginAccount,
    series: &mut Series,
    contracts: u64,
    bill: &Bill,
) -> Result<()> {
    account.quote_atoms = apply::take(account.quote_atoms, bill.premium_atoms)?;
    apply::trade(account, series, signed(contracts)?)
}

/// The seller's side: premium less fee in, contracts out.
#[inline(never)]
pub fn sell(
    account: &mut MarginAccount,
    series: &mut Series,
    contracts: u64,
    bill: &Bill,
) -> Result<()> {
    let paid = apply::add(account.quote_atoms, bill.premium_atoms)?;
    account.quote_atoms = apply::take(paid, bill.fee_atoms)?;
    let delta = signed(contracts)?
        .checked_neg()
        .ok_or(BackstopError::AmountOverflow)?;
    apply::trade(account, series, delta)
}

/// Errors unless the maker's account is open and the offer is of its epoch and time.
#[inline(never)]
pub fn check_standing(offer: &Offer, maker: &MarginAccount, now: i64) -> Result<()> {
    ensure(
        maker.state() == AccountState::Open,
        BackstopError::AccountNotOpen,
    )?;
    ensure(
        offer.epoch == maker.epoch && now < offer.void_at,
        BackstopError::OfferVoid,
    )?;
    Ok(())
}

/// Errors in the hour before expiry, and after it.
#[inline(never)]
pub fn check_open(series: &Series, now: i64) -> Result<()> {
    let closes_at = series.expires_at.saturating_sub(LAST_HOUR_SECONDS);
    ensure(now < closes_at, BackstopError::ExpiryClosed)?;
    Ok(())
}

/// Errors unless it is some contracts, and whole lots or all there is room for: what is left of a position below a
/// lot may be taken whole.
pub fn check_fill(market: &Market, contracts: u64, room: u64) -> Result<()> {
    match contracts > 0 && contracts == room {
        true => Ok(()),
        false => check_lots(market, contracts),
    }
}

/// Errors unless it is some contracts and whole lots.
#[inline(never)]
pub fn check_lots(market: &Market, contracts: u64) -> Result<()> {
    ensure(contracts > 0, BackstopError::AmountIsZero)?;
    let lot = market.params.lot_contracts;
    ensure(contracts.is_multiple_of(lot), BackstopError::OffLot)?;
    Ok(())
}

/// True if a trade closes on both sides: the seller holds what he sells and the buyer, unless he is a wallet, owes what
/// he buys.
pub fn closes(
    seller: &MarginAccount,
    buyer: Option<&MarginAccount>,
    series: &Series,
    contracts: u64,
) -> bool {
    let buys_back = |buyer| closes_own(buyer, series, false, contracts);
    closes_own(seller, series, true, contracts) && buyer.is_none_or(buys_back)
}

/// True if the account holds so many contracts long and sells them, or is short so many and buys them.
pub fn closes_own(account: &MarginAccount, series: &Series, sells: bool, contracts: u64) -> bool {
    let held = account.leg_contracts(series.expires_at, series.strike_price, series.kind);
    (held > 0) == sells && held != 0 && held.unsigned_abs() >= contracts
}

/// Contracts of an offer that may be filled, in millionths: what is left of it; of one that only reduces, as
/// a guard order does, no more than its maker's position, in whole lots; of a position below a lot all of it.
pub fn room(market: &Market, offer: &Offer, maker: &MarginAccount, series: &Series) -> u64 {
    if !offer.reduce_only && !guards(offer) {
        return offer.remaining_contracts;
    }
    let held = maker.leg_contracts(series.expires_at, series.strike_price, series.kind);
    let against = match offer.side {
        Side::Ask => held.max(0),
        Side::Bid => held.min(0),
    };
    let against = against.unsigned_abs();
    let room = whole_lots(market, offer.remaining_contracts.min(against));
    let below_a_lot = against < market.params.lot_contracts;
    match below_a_lot && against <= offer.remaining_contracts {
        true => against,
        false => room,
    }
}

/// Contracts cut to whole lots, in millionths.
pub fn whole_lots(market: &Market, contracts: u64) -> u64 {
    let lot = market.params.lot_contracts;
    contracts.saturating_sub(contracts.checked_rem(lot).unwrap_or(0))
}

/// Remembers on the maker's account that somebody changed his position, unless by a guard order.
pub fn note_fill(offer: &Offer, maker: &mut MarginAccount, now: i64) {
    if !guards(offer) {
        maker.filled_at = now;
    }
}

fn guards(offer: &Offer) -> bool {
    matches!(offer.pricing, Pricing::Guard { .. })
}
