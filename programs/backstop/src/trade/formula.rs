//! The premium an offer stands at: fixed, or found by a formula at a price, a clock and a surface that are young.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Offer, Pricing, Series, Side};
use backstop_interface::action::Action;
use backstop_interface::params::MarketParams;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::snapshot::Moment;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::Price;
use backstop_risk::quoting::{guard_price, guard_stands, Peg, FORMULA_CONFIDENCE_PPB};

use super::parties::listed;
use crate::margin::Risk;

impl Risk<'_> {
    /// Premium per contract at which an offer stands now, quote scaled 1e9.
    ///
    /// Errors: FormulaStale, FormulaSurfaceStale, FormulaUncertain, GuardResting and GuardNotReached where a formula
    /// finds it.
    #[inline(never)]
    pub fn offered_price(
        &self,
        offer: &Offer,
        maker: &MarginAccount,
        series: &Series,
        moment: &Moment,
    ) -> Result<u64> {
        let spots = [moment.price.price(), Price::new(self.clock.price)];
        let [submitted, shown] = match offer.pricing {
            Pricing::Fixed => return Ok(offer.premium_price),
            Pricing::Pegged { vol_offset_ppm } => {
                self.check_young(moment)?;
                let params = &self.market.params;
                spots
                    .map(|spot| peg(params, series, vol_offset_ppm, (spot, moment.now), moment))
                    .map(|peg| peg.price(offer.side.maker()))
            }
            Pricing::Guard {
                health_ppb,
                slip_ppb,
            } => {
                self.check_guard(maker, health_ppb, moment)?;
                self.check_young(moment)?;
                let [submitted, shown] = spots.map(|spot| self.mark(&listed(series), spot, moment));
                [submitted?, shown?].map(|mark| guard_price(mark, slip_ppb, offer.side.maker()))
            }
        };
        // The worse for the taker of the formula at the submitted price and at the feed clock's.
        let worse = match offer.side {
            Side::Ask => submitted.max(shown),
            Side::Bid => submitted.min(shown),
        };
        Ok(within_limit(offer, worse))
    }

    /// A guard order stands only at a health nobody has just lowered by filling something else of its owner's.
    fn check_guard(&self, maker: &MarginAccount, health_ppb: u64, moment: &Moment) -> Result<()> {
        ensure(maker.filled_at < moment.now, BackstopError::GuardResting)?;
        let found = self.assess(maker, moment)?;
        ensure(
            guard_stands(found.value, found.health_mm(), health_ppb),
            BackstopError::GuardNotReached,
        )?;
        Ok(())
    }

    /// Errors unless price, clock and surface are young and the price is certain.
    fn check_young(&self, moment: &Moment) -> Result<()> {
        Action::Formula.check_price(&moment.price, &self.clock, moment.now)?;
        check_inputs(&moment.price, moment)
    }
}

/// Errors unless a formula may be asked at this update and the surface of this moment.
fn check_inputs(update: &PriceUpdate, moment: &Moment) -> Result<()> {
    ensure(
        moment.vols.widening.im_ppm == 0,
        BackstopError::FormulaSurfaceStale,
    )?;
    ensure(
        update.confidence_ppb <= FORMULA_CONFIDENCE_PPB,
        BackstopError::FormulaUncertain,
    )?;
    Ok(())
}

/// Premium per contract of a pegged offer at an update of another moment, at the surface in force.
///
/// Errors: PricingNotAllowed for an offer that is not pegged; FormulaSurfaceStale, FormulaUncertain.
#[inline(never)]
pub fn pegged_at(
    params: &MarketParams,
    offer: &Offer,
    series: &Series,
    update: &PriceUpdate,
    moment: &Moment,
) -> Result<u64> {
    let Pricing::Pegged { vol_offset_ppm } = offer.pricing else {
        return err!(BackstopError::PricingNotAllowed);
    };
    check_inputs(update, moment)?;
    let at = (update.price(), update.publish_at);
    let peg = peg(params, series, vol_offset_ppm, at, moment);
    Ok(within_limit(offer, peg.price(offer.side.maker())))
}

/// A pegged offer at a spot and second.
#[inline(never)]
fn peg(
    params: &MarketParams,
    series: &Series,
    offset_ppm: i32,
    (spot, at): (Price, i64),
    moment: &Moment,
) -> Peg {
    let option = listed(series);
    let seconds = option.seconds_at(params, at);
    Peg {
        kind: option.kind.into(),
        strike: option.strike,
        spot,
        vol: moment.vols.in_force.vol(spot, option.strike, seconds),
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
