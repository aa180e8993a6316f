//! What every trade has in common, however it came about: its price, its bill, the exchange, and how both
//! sides must stand afterwards.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, MarginAccount, Market, Offer, OptionKind, Pricing, Series, Side,
};
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::snapshot::{Moment, Purpose};
use backstop_interface::BackstopError;
use backstop_quantities::{Contracts, Price};
use backstop_risk::margin::Assessment;
use backstop_risk::pricing::option_price;
use backstop_risk::quoting::{
    guard_price, guard_stands, keeps_ratio, near_mark, MakerSide, Peg, Standing,
};

use crate::apply;
use crate::margin::{Risk, LAST_HOUR_SECONDS};

/// Seconds the price and the feed clock may be old where a formula finds a premium.
const FORMULA_AGE_SECONDS: i64 = 5;

/// What a trade costs, in quote atoms.
#[derive(Clone, Copy)]
pub struct Bill {
    /// From buyer to seller.
    pub premium_atoms: u64,
    /// Part of it that goes to fees.
    pub fee_atoms: u64,
}

/// A trade as it is held against mark.
#[derive(Clone, Copy)]
pub struct Struck {
    kind: OptionKind,
    strike: Price,
    expires_at: i64,
    price: Price,
}

impl Struck {
    /// A trade of a series at a premium per contract.
    pub fn at(series: &Series, premium_price: u64) -> Self {
        Self {
            kind: series.kind,
            strike: Price::new(series.strike_price),
            expires_at: series.expires_at,
            price: Price::new(premium_price),
        }
    }
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
pub fn bill(
    market: &Market,
    series: &Series,
    contracts: u64,
    premium_price: u64,
    spot: Price,
    maker: MakerSide,
) -> Result<Bill> {
    let cap = match series.kind {
        OptionKind::Call => spot.get(),
        OptionKind::Put => series.strike_price,
    };
    require!(
        0 < premium_price && premium_price < cap,
        BackstopError::PremiumOutOfRange
    );
    let (quantity, price) = (
        Contracts::new(signed(contracts)?),
        Price::new(premium_price),
    );
    let premium = match maker {
        MakerSide::Sells => quantity.value_ceil(price),
        MakerSide::Buys => quantity.value_floor(price),
    };
    let (premium, notional) = premium
        .zip(quantity.value_ceil(spot))
        .ok_or(BackstopError::AmountOverflow)?;
    let fee = market.params.fees().trade_fee(premium, notional);
    Ok(Bill {
        premium_atoms: premium.get(),
        fee_atoms: fee.ok_or(BackstopError::AmountOverflow)?.get(),
    })
}

/// The buyer's side: premium out, contracts in.
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
pub fn sell(
    account: &mut MarginAccount,
    series: &mut Series,
    contracts: u64,
    bill: &Bill,
) -> Result<()> {
    let proceeds = apply::take(bill.premium_atoms, bill.fee_atoms)?;
    account.quote_atoms = apply::add(account.quote_atoms, proceeds)?;
    let delta = signed(contracts)?
        .checked_neg()
        .ok_or(BackstopError::AmountOverflow)?;
    apply::trade(account, series, delta)
}

/// Errors unless the maker's account is open and the offer is of its epoch and time.
pub fn check_standing(offer: &Offer, maker: &MarginAccount, now: i64) -> Result<()> {
    require!(
        maker.state() == AccountState::Open,
        BackstopError::AccountNotOpen
    );
    require!(
        offer.epoch == maker.epoch && now < offer.void_at,
        BackstopError::OfferVoid
    );
    Ok(())
}

/// Errors in the hour before expiry, and after it.
pub fn check_open(series: &Series, now: i64) -> Result<()> {
    let closes_at = series.expires_at.saturating_sub(LAST_HOUR_SECONDS);
    require!(now < closes_at, BackstopError::ExpiryClosed);
    Ok(())
}

/// Contracts of an offer that may be filled, in millionths: what is left of it; of one that only reduces, as
/// a guard order does, no more than its maker's position.
pub fn room(offer: &Offer, maker: &MarginAccount, series: &Series) -> u64 {
    let guards = matches!(offer.pricing, Pricing::Guard { .. });
    if !offer.reduce_only && !guards {
        return offer.remaining_contracts;
    }
    let held = maker.leg_contracts(series.expires_at, series.strike_price, series.kind);
    let against = match offer.side {
        Side::Ask => held.max(0),
        Side::Bid => held.min(0),
    };
    offer.remaining_contracts.min(against.unsigned_abs())
}

impl Risk<'_> {
    /// Premium per contract at which an offer stands now, quote scaled 1e9.
    ///
    /// Errors: FormulaStale and GuardNotReached where a formula finds it.
    #[inline(never)]
    pub fn offered_price(
        &self,
        offer: &Offer,
        maker: &MarginAccount,
        series: &Series,
        moment: &Moment,
    ) -> Result<u64> {
        let side = offer.side.maker();
        match offer.pricing {
            Pricing::Fixed => Ok(offer.premium_price),
            Pricing::Pegged { vol_offset_ppm } => self.by_formula(offer, moment, |spot| {
                peg(series, vol_offset_ppm, spot, moment.now, moment).price(side)
            }),
            Pricing::Guard {
                health_ppb,
                slip_ppb,
            } => {
                let found = self.assess(maker, moment)?;
                require!(
                    guard_stands(found.value, found.health_mm(), health_ppb),
                    BackstopError::GuardNotReached
                );
                let struck = Struck::at(series, 0);
                self.by_formula(offer, moment, |spot| {
                    guard_price(mark(&struck, spot, moment), slip_ppb, side)
                })
            }
        }
    }

    /// The worse for the taker of a formula at the submitted price and at the feed clock's, both young; not
    /// beyond the worst the maker accepts.
    fn by_formula(
        &self,
        offer: &Offer,
        moment: &Moment,
        at: impl Fn(Price) -> Price,
    ) -> Result<u64> {
        let young = moment.now.saturating_sub(FORMULA_AGE_SECONDS);
        require!(
            moment.price.publish_at >= young && self.clock.publish_at >= young,
            BackstopError::FormulaStale
        );
        let (submitted, shown) = (at(moment.price.price()), at(Price::new(self.clock.price)));
        let worse = match offer.side {
            Side::Ask => submitted.max(shown),
            Side::Bid => submitted.min(shown),
        };
        Ok(within_limit(offer, worse))
    }

    /// How an account must stand after a trade: health(IM) ≥ 0, or, if it was below before as well, a trade
    /// near mark that lowers health and value ÷ R at no tier. `before` is the account as it was.
    ///
    /// Errors: BelowInitialMargin, TradeOffMark.
    #[inline(never)]
    pub fn require_margin_after_trade(
        &self,
        before: &MarginAccount,
        after: &mut MarginAccount,
        struck: &[Struck],
        moment: &Moment,
    ) -> Result<()> {
        let is = self.assess_for(after, moment, Purpose::Risk)?;
        moment.remember(after);
        if is.health_im() >= 0 {
            after.noted_at = 0;
            return Ok(());
        }
        let was = self.assess_for(before, moment, Purpose::Risk)?;
        require!(
            was.health_im() < 0 && no_worse(&was, &is),
            BackstopError::BelowInitialMargin
        );
        let spot = moment.price.price();
        let all_near = struck
            .iter()
            .all(|trade| near_mark(trade.price, mark(trade, spot, moment)));
        require!(all_near, BackstopError::TradeOffMark);
        Ok(())
    }
}

/// Premium per contract of a pegged offer at an update of another moment, at the surface in force.
///
/// Errors: PricingNotAllowed for an offer that is not pegged.
pub fn pegged_at(
    offer: &Offer,
    series: &Series,
    update: &PriceUpdate,
    moment: &Moment,
) -> Result<u64> {
    let Pricing::Pegged { vol_offset_ppm } = offer.pricing else {
        return err!(BackstopError::PricingNotAllowed);
    };
    let peg = peg(
        series,
        vol_offset_ppm,
        update.price(),
        update.publish_at,
        moment,
    );
    Ok(within_limit(offer, peg.price(offer.side.maker())))
}

fn peg(series: &Series, offset_ppm: i32, spot: Price, at: i64, moment: &Moment) -> Peg {
    let strike = Price::new(series.strike_price);
    let seconds = series.expires_at.saturating_sub(at);
    Peg {
        kind: series.kind.into(),
        strike,
        spot,
        vol: moment.vols.in_force.vol(spot, strike, seconds),
        offset_ppm,
        seconds,
    }
}

/// A formula's price, or the worst the maker accepts where that is better for him.
fn within_limit(offer: &Offer, price: Price) -> u64 {
    match offer.side {
        Side::Ask => price.get().max(offer.premium_price),
        Side::Bid => price.get().min(offer.premium_price),
    }
}

/// Model price of a contract at a spot, at the averaged surface.
fn mark(trade: &Struck, spot: Price, moment: &Moment) -> Price {
    let seconds = trade.expires_at.saturating_sub(moment.now);
    let vol = moment.vols.averaged.vol(spot, trade.strike, seconds);
    option_price(trade.kind.into(), spot, trade.strike, vol, seconds)
}

/// Health and value ÷ R fall at neither tier. Health by itself is not enough: it would let an account sell what it
/// is worth for a little less requirement; nor is the ratio, where collateral weighs less than it is worth.
fn no_worse(was: &Assessment, is: &Assessment) -> bool {
    if is.health_im() < was.health_im() || is.health_mm() < was.health_mm() {
        return false;
    }
    let standing = |value, requirement| Standing { value, requirement };
    keeps_ratio(standing(was.value, was.r_im), standing(is.value, is.r_im))
        && keeps_ratio(standing(was.value, was.r_mm), standing(is.value, is.r_mm))
}
