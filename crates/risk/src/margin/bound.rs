//! The least an account's options and underlying can be worth, where that is bounded.
//!
//! Each expiry may end at any price P of its own. A unit of underlying is kept for one expiry and sold
//! at its price, as the tier weighs it, the haircut waived up to a part of what the options lack:
//!
//!   max over a, sum(a) <= units, a_e >= net short calls of e, of
//!   sum over e of min over P of [ credited(O) + w a_e P + min((1 - w) a_e P, waiver * max(0, -O)) ]
//!
//! with O the options of e at P. The bracket bends downwards in (O, a_e P) and O is linear between
//! strikes, so the least lies at 0 or at a strike (or, where the weight is below the credit, at a price
//! where O changes its sign); beyond the last it cannot fall, because a_e covers the short calls. As a
//! function of a_e the bracket is the lower of two lines, of slope P and w P: units left over go to the
//! expiry whose lowest line is the steepest. Exact to 2^-55 of the account, but for how units left
//! over are shared, and for calls short of a millionth by rounding alone, which are let go
//! ([`NetContracts::uncovered_calls`]).

use super::ends::Ends;
use super::net::NetContracts;
use super::totals::{Tier, Totals};
use super::{Portfolio, EXPIRY_COUNT};
use backstop_quantities::bits::bit_length;
use backstop_quantities::convert::{i64_bits, i64_from_shifted, i64_saturating};
use backstop_quantities::PRICE_SCALE;

/// A strike further than so many times spot, as a power of two, has no greatest loss here.
const FURTHEST_STRIKE_BITS: u32 = 16;
/// What 32 legs and eight expiries, each with a product, a credit and a share, can lose by rounding, in the
/// account's scale. Given back, so that an account that holds just what it can owe is not an atom short;
/// for accounts below ten billion quote it is less than an atom.
const ROUNDINGS: i64 = 128;
/// Bits of the account's greatest worth in its scale.
const WORTH_BITS: u32 = 61;

/// Least value of options and underlying in each tier, quote atoms rounded down; none in a tier that is
/// held by nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Least {
    pub(super) im: Option<i64>,
    pub(super) mm: Option<i64>,
}

/// The account's scale: worths are multiples of 2^down billionths of an atom, so that those of the
/// whole account stay below 2^62.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    down: u32,
}

/// `None` if the loss is unbounded, if strikes lie beyond what is computed, or if neither tier's health
/// lies below the value at a price of 0: then there is nothing to hold.
#[inline(never)]
pub(super) fn least_option_values(
    portfolio: &Portfolio,
    totals: &Totals,
    net: &[NetContracts; EXPIRY_COUNT],
    health: [i64; 2],
) -> Option<Least> {
    let units = units(portfolio);
    let mut spare = units;
    for needed in net.iter().map(NetContracts::uncovered_calls) {
        spare = spare.checked_sub(needed)?;
    }
    let scale = Scale::of(portfolio, units)?;
    let mut ends = Ends::default();
    ends.open(portfolio, &scale);
    let tiers = [&totals.im, &totals.mm];
    // Worths are below 2^62.
    let atoms = |worth: i64| scale.atoms_floor(worth.wrapping_add(ROUNDINGS));
    let [zero_im, zero_mm] = tiers.map(|tier| atoms(ends.at_zero(&tier.credits)));
    // A tier whose options reach what they are worth at 0 is held by nothing.
    let ([health_im, health_mm], [fixed_im, fixed_mm]) = (health, totals.fixed());
    let held_im = zero_im > health_im.saturating_sub(fixed_im);
    let held_mm = zero_mm > health_mm.saturating_sub(fixed_mm);
    if !held_im && !held_mm {
        return None;
    }
    ends.sort(portfolio, &scale, net);
    let units = i64_saturating(units);
    let least = |tier: &Tier| atoms(ends.least(units, tier, &scale));
    Some(Least {
        im: held_im.then(|| least(&totals.im)),
        mm: held_mm.then(|| least(&totals.mm)),
    })
}

/// Units of underlying that are worth their price whatever happens to it.
fn units(portfolio: &Portfolio) -> u64 {
    let holdings = portfolio.holdings.iter();
    let sound = holdings.filter(|held| held.moves_with_spot && held.wrong_way_ppb == 0);
    sound.fold(0u64, |sum, held| {
        sum.saturating_add(held.contracts_equivalent)
    })
}

impl Scale {
    /// `None` if a strike lies too far away.
    fn of(portfolio: &Portfolio, units: u64) -> Option<Self> {
        let (mut furthest, mut contracts) = (portfolio.spot.get(), units);
        for leg in portfolio.legs {
            furthest = furthest.max(leg.strike.get());
            contracts = contracts.saturating_add(leg.quantity.magnitude());
        }
        if furthest.wrapping_shr(FURTHEST_STRIKE_BITS) >= portfolio.spot.get() {
            return None;
        }
        let certain = portfolio.expiries.iter().fold(0u64, |most, terms| {
            most.max(terms.certain_atoms.unsigned_abs())
        });
        // Eight certain values, each a billion (30 bits) of billionths.
        let bits = bit_length(furthest)
            .saturating_add(bit_length(contracts))
            .max(bit_length(certain).saturating_add(33));
        Some(Self {
            down: bits.saturating_sub(WORTH_BITS).max(1),
        })
    }

    /// contracts * price as a worth, rounded down.
    #[inline]
    pub(super) fn worth(&self, contracts: i64, price: u64) -> i64 {
        if contracts.unsigned_abs() >> 31 == 0 && self.down <= 32 {
            // By halves of the price, below 2^63 each; the upper one is a multiple of 2^down.
            let high = contracts.wrapping_mul(i64_bits(price >> 32));
            let low = contracts.wrapping_mul(i64_bits(price & ((1 << 32) - 1)));
            let high = high.wrapping_shl(32u32.wrapping_sub(self.down));
            return high.wrapping_add(low.wrapping_shr(self.down));
        }
        let exact = i128::from(contracts).wrapping_mul(i128::from(price));
        i64_from_shifted(exact, self.down)
    }

    /// The contracts worth `worth` at `price`, or the price at which so many contracts are; off by one
    /// and 2^-31 of it at most while `down` is no more than 32; `u64::MAX` if it does not fit.
    pub(super) fn quotient(&self, worth: u64, price: u64) -> u64 {
        // worth * 2^down / price by the whole part and the remainder, which has the bits of the price.
        let room = 63u32.saturating_sub(self.down);
        let (mut worth, mut price) = (worth, price);
        if price.wrapping_shr(room) != 0 {
            let cut = bit_length(price).wrapping_sub(room);
            (worth, price) = (worth.wrapping_shr(cut), price.wrapping_shr(cut));
        }
        let Some(whole) = worth.checked_div(price) else {
            return u64::MAX;
        };
        if whole.wrapping_shr(room) != 0 {
            return u64::MAX;
        }
        let rest = worth.wrapping_sub(whole.wrapping_mul(price));
        let part = rest.wrapping_shl(self.down).checked_div(price);
        whole
            .wrapping_shl(self.down)
            .wrapping_add(part.unwrap_or(0))
    }

    /// A worth as atoms, rounded down.
    #[inline(never)]
    fn atoms_floor(&self, worth: i64) -> i64 {
        let shift = self.down;
        let size = worth.unsigned_abs();
        // size * 2^shift / 1e9 by whole billions and the rest, which has 30 bits.
        let whole = size.wrapping_div(PRICE_SCALE);
        if bit_length(whole).saturating_add(shift) > 62 {
            return if worth < 0 { i64::MIN } else { i64::MAX };
        }
        let rest = size.wrapping_sub(whole.wrapping_mul(PRICE_SCALE));
        let (near, far) = (shift.min(33), shift.saturating_sub(33));
        let rest = rest.wrapping_shl(near);
        let part = if worth < 0 {
            rest.div_ceil(PRICE_SCALE)
        } else {
            rest.wrapping_div(PRICE_SCALE)
        };
        let atoms = i64_bits(
            whole
                .wrapping_shl(shift)
                .wrapping_add(part.wrapping_shl(far)),
        );
        if worth < 0 {
            atoms.wrapping_neg()
        } else {
            atoms
        }
    }
}
