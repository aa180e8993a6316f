//! Size of a leg relative to spot: notional and strike as mantissas of 30 and 32 bits.

use super::Leg;
use crate::pricing::Kind;
use crate::RiskError;
use backstop_quantities::bits::{bit_length, top};
use backstop_quantities::convert::{i64_bits, u64_bits};
use backstop_quantities::explog::ln_q30;
use backstop_quantities::{Price, Reciprocal, PRICE_SCALE};

/// log2 of the greatest relative strike, Q30.
const STRIKE_BITS: u32 = 32;
/// Least final shift: keeps a leg below 2^55 atoms in every scenario.
const MIN_SHIFT: i64 = 7;

/// Size of a leg relative to spot, as the inner loop wants it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// Signed notional, |n| < 2^30, its sign turned for a put as
    /// [`crate::pricing::Deviation::mirrored`] asks.
    pub(super) mirrored: i64,
    /// Strike / spot, Q(30 - down), at most 2^32.
    pub(super) strike: i64,
    /// How far spot and strike are shifted right.
    pub(super) down: u32,
    /// notional * (Q(30 - down) value) >> shift is quote atoms.
    pub(super) shift: u32,
    /// All ones for a put, 0 for a call.
    pub(super) put_mask: i64,
}

/// The spot, prepared for the sizes of many legs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    reciprocal: Reciprocal,
    /// spot / 1e9 as mantissa * 2^exponent, mantissa in [2^30, 2^31) rounded down.
    mantissa: u64,
    exponent: i64,
}

impl Unit {
    /// `None` for a spot of zero.
    pub(super) fn new(spot: Price) -> Option<Self> {
        let spot = spot.get();
        let reciprocal = Reciprocal::new(spot)?;
        let bits = i64::from(bit_length(spot));
        // With the top bit set and divided by 1e9: 34 or 35 bits.
        let quotient = top(spot).wrapping_div(PRICE_SCALE);
        let extra = bit_length(quotient).wrapping_sub(31);
        Some(Self {
            reciprocal,
            mantissa: quotient.wrapping_shr(extra),
            exponent: i64::from(extra).wrapping_add(bits).wrapping_sub(64),
        })
    }
}

impl Size {
    /// ln(spot / strike), Q30. From the rounded strike: the logarithm shifts d1 and d2 alike. Only a strike
    /// below 2^-30 of the spot is lifted, where it does not matter.
    #[inline]
    pub(super) fn moneyness(&self) -> i64 {
        let relative = u64_bits(self.strike.wrapping_shl(self.down)).max(1);
        ln_q30(relative).unwrap_or(0).wrapping_neg()
    }

    /// |notional| at a price of Q(30 - down), below 2^34, in atoms rounded up.
    #[inline]
    pub(super) fn atoms_ceil(&self, price: u64) -> u64 {
        let notional = self.mirrored.unsigned_abs().wrapping_add(1);
        (notional.wrapping_mul(price) >> self.shift).wrapping_add(1)
    }

    /// # Errors
    /// `TooLarge` beyond about 2^53 atoms of notional.
    #[inline]
    pub(super) fn of(leg: &Leg, unit: &Unit) -> Result<Self, RiskError> {
        let strike = unit.reciprocal.ratio_q30(leg.strike.get());
        let down = if strike >> STRIKE_BITS == 0 {
            0
        } else {
            bit_length(strike).wrapping_sub(STRIKE_BITS)
        };
        // quantity * spot / 1e9 in atoms: two mantissas of 31 bits, kept to 30 bits rounded down.
        let quantity = leg.quantity.magnitude();
        let product = (top(quantity) >> 33).wrapping_mul(unit.mantissa);
        let cut: u32 = if product >> 61 == 0 { 31 } else { 32 };
        let notional = i64_bits(product.wrapping_shr(cut));
        let exponent = i64::from(cut.wrapping_add(bit_length(quantity)))
            .wrapping_add(unit.exponent)
            .wrapping_sub(31);
        // value >> 30 relative to spot, times 2^(down + exponent).
        let shift = 30i64.wrapping_sub(exponent).wrapping_sub(i64::from(down));
        if shift < MIN_SHIFT {
            return Err(RiskError::TooLarge);
        }
        let put_mask = match leg.kind {
            Kind::Call => 0,
            Kind::Put => -1,
        };
        let signed = if leg.quantity.is_short() {
            notional.wrapping_neg()
        } else {
            notional
        };
        Ok(Self {
            mirrored: (signed ^ put_mask).wrapping_sub(put_mask),
            strike: i64_bits(strike.wrapping_shr(down)),
            down,
            shift: u32::try_from(shift.min(63)).map_err(|_| RiskError::TooLarge)?,
            put_mask,
        })
    }
}
