//! The last hour: an option on an average that is partly known.
//!
//! The settlement price is the mean of N points a minute apart, the last at T. With k of them final,
//! sum known, m = N - k open and A their mean, a call pays
//!
//! max(0, (known + m A)/N - K) = m/N max(0, A - K'), K' = (N K - known)/m:
//!
//! m/N contracts struck at K'. A is nearly lognormal with mean S and the variance of an average:
//! m' points at t1, t1 + 60 s, ... have, per unit of variance a second,
//! t1 + 60 (m'-1)(2m'-1)/(6m') (the sum of min(ti, tj) over m'^2), which stands in for the time to
//! expiry. Derived with its error in `docs/risk.md`.

mod clock;

use crate::pricing::Kind;
use crate::settlement::MAX_EXTRA_POINTS;
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, i64_saturating, u64_exact};
use backstop_quantities::{Contracts, Price, UnixSeconds, PRICE_SCALE};

/// Seconds before expiry from which a leg is the known part and the remainder.
pub const AVERAGE_SECONDS: i64 = 3_600;
/// Seconds before that in which the time to expiry glides into that of the average.
pub const BLEND_SECONDS: i64 = 3_600;
/// Most points of an average.
pub const MAX_POINTS: u8 = 30;

/// What is known of an expiry's settlement price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Average {
    /// When the expiry is.
    pub expires_at: UnixSeconds,
    /// N, points of the average: 1 to [`MAX_POINTS`].
    pub count: u8,
    /// k, points that are final.
    pub final_count: u8,
    /// Sum of their prices, quote scaled 1e9.
    pub final_sum: u128,
    /// Points proven missing; each is replaced by a minute after expiry.
    pub missing_count: u8,
}

/// A leg as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Call or put.
    pub kind: Kind,
    /// K.
    pub strike: Price,
    /// Contracts, > 0 long.
    pub quantity: Contracts,
}

/// The option that is left of a leg, and what no longer depends on the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// K', rounded down to 1e-9 quote, at least that; K where nothing is left.
    pub strike: Price,
    /// q m/N, rounded towards 0, so that equal positions on both sides stay equal.
    pub quantity: Contracts,
    /// Seconds to price it at, rounded up; 0 where no point is ahead.
    pub seconds: i64,
    /// Certain worth, quote atoms, rounded down; negative for a short.
    pub certain_atoms: i64,
}

/// An option in its two parts: `open`/N options struck at `strike`, and `certain_sum`/N.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Split {
    /// K'; `None` if nothing of the option is left.
    pub(crate) strike: Option<Price>,
    /// m.
    pub(crate) open: u64,
    /// Seconds to price it at.
    pub(crate) seconds: i64,
    /// N times what is certain for one contract, quote scaled 1e9.
    pub(crate) certain_sum: u128,
}

impl Average {
    /// Nothing known yet.
    pub const fn fresh(expires_at: UnixSeconds, count: u8) -> Self {
        Self {
            expires_at,
            count,
            final_count: 0,
            final_sum: 0,
            missing_count: 0,
        }
    }

    /// Checks 1 <= N <= 30, k <= N, and at most 60 points missing.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub const fn validate(&self) -> Result<(), RiskError> {
        if self.count == 0 || self.count > MAX_POINTS {
            return Err(RiskError::ParameterOutOfBounds("settlement_points"));
        }
        if self.final_count > self.count {
            return Err(RiskError::ParameterOutOfBounds("final_count"));
        }
        if self.missing_count > MAX_EXTRA_POINTS {
            return Err(RiskError::ParameterOutOfBounds("missing_count"));
        }
        Ok(())
    }

    /// What is left of a leg, to be priced at `seconds` and at the volatility of `strike`.
    ///
    /// Before the last hour that is the leg itself. A call whose known part exceeds its strike is as
    /// good as the underlying: struck at 1e-9 quote, the surplus certain. A point that is past but
    /// neither final nor missing counts at the spot, without variance of its own. What rounding drops of
    /// a short, less than 1e-6 contracts, is charged at max(spot, strike).
    ///
    /// # Errors
    /// The bounds of the average; `TooLarge` if a number leaves its range.
    pub fn remainder(
        &self,
        leg: &Written,
        spot: Price,
        now: UnixSeconds,
    ) -> Result<Remainder, RiskError> {
        let split = self.split(leg.kind, leg.strike, now)?;
        let certain = self.certain_floor(leg.quantity, split.certain_sum)?;
        let Some(strike) = split.strike else {
            return Ok(Remainder {
                strike: leg.strike,
                quantity: Contracts::ZERO,
                seconds: split.seconds,
                certain_atoms: certain,
            });
        };
        let (quantity, dropped) = self.share(leg.quantity, split.open)?;
        let charge = Contracts::new(dropped).value_ceil(spot.max(strike));
        let charge = charge.ok_or(RiskError::TooLarge)?.get();
        Ok(Remainder {
            strike,
            quantity,
            seconds: split.seconds,
            certain_atoms: certain.saturating_sub(i64_saturating(charge)),
        })
    }

    /// An option of this expiry in its two parts.
    ///
    /// # Errors
    /// The bounds of the average; `TooLarge` if K' exceeds u64.
    pub(crate) fn split(
        &self,
        kind: Kind,
        strike: Price,
        now: UnixSeconds,
    ) -> Result<Split, RiskError> {
        self.validate()?;
        let seconds = self.effective_seconds(now);
        if self.expires_at.since(now) > AVERAGE_SECONDS {
            return Ok(Split {
                strike: Some(strike),
                open: self.count.into(),
                seconds,
                certain_sum: 0,
            });
        }
        let open = u64::from(self.count.saturating_sub(self.final_count));
        let wanted = u128::from(strike.get()).saturating_mul(self.count.into());
        let short_of = wanted.saturating_sub(self.final_sum);
        let surplus = self.final_sum.saturating_sub(wanted);
        let left = match kind {
            Kind::Put if short_of == 0 => None,
            _ => short_of.checked_div(open.into()),
        };
        let strike = match left {
            None => None,
            Some(left) => Some(u64_exact(left.max(1)).ok_or(RiskError::TooLarge)?),
        };
        Ok(Split {
            strike: strike.map(Price::new),
            open,
            seconds,
            certain_sum: match kind {
                Kind::Call => surplus,
                Kind::Put if open == 0 => short_of,
                Kind::Put => 0,
            },
        })
    }

    /// q m/N towards 0, and 1 if a short lost a part of a millionth by that.
    fn share(&self, quantity: Contracts, open: u64) -> Result<(Contracts, i64), RiskError> {
        let n = u64::from(self.count);
        let product = u128::from(quantity.magnitude()).saturating_mul(open.into());
        let kept = product.checked_div(n.into()).and_then(u64_exact);
        let kept = kept.ok_or(RiskError::TooLarge)?;
        let exact = u128::from(kept).saturating_mul(n.into()) == product;
        let signed = i64_bits(kept);
        Ok(if quantity.is_short() {
            (Contracts::new(signed.saturating_neg()), i64::from(!exact))
        } else {
            (Contracts::new(signed), 0)
        })
    }

    /// quantity * sum / N in quote atoms, towards minus infinity.
    fn certain_floor(&self, quantity: Contracts, sum: u128) -> Result<i64, RiskError> {
        let unit = u128::from(PRICE_SCALE).saturating_mul(self.count.into());
        let product = u128::from(quantity.magnitude())
            .checked_mul(sum)
            .ok_or(RiskError::TooLarge)?;
        let atoms = if quantity.is_short() {
            Some(product.div_ceil(unit.max(1)))
        } else {
            product.checked_div(unit)
        };
        let atoms = atoms.and_then(u64_exact).ok_or(RiskError::TooLarge)?;
        let atoms = i64::try_from(atoms).map_err(|_| RiskError::TooLarge)?;
        Ok(if quantity.is_short() {
            atoms.saturating_neg()
        } else {
            atoms
        })
    }
}
