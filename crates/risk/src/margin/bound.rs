//! The least an account's options and underlying can be worth, where that is bounded.
//!
//! Each expiry may end at any price of its own. A unit of underlying is kept for one expiry and sold at
//! its price, so the account's options are worth at least
//!
//!   max over a, sum(a) <= units, a_e >= net short calls of e, of
//!   sum over e of min over prices P of [ credited(options of e at P) + a_e * P ]
//!
//! Between strikes the options are linear and their credit bends downwards, so the least lies at 0 or
//! at a strike; beyond the last strike it cannot fall, because a_e covers the short calls. Each minimum
//! is concave in a_e with the price where it lies as slope: units left over go where that is highest.
//! Exact, in billionths of an atom, except for how units left over are shared.

use super::net::NetContracts;
use super::totals::{Credits, Totals};
use super::{Portfolio, EXPIRY_COUNT, MAX_LEGS};
use crate::pricing::Kind;
use backstop_quantities::convert::i64_saturating;
use backstop_quantities::{ONE_Q30, PRICE_SCALE};

/// A strike further than so many times spot, as a power of two, has no greatest loss here.
const FURTHEST_STRIKE_BITS: u32 = 16;
/// Units of underlying above 2^86 billionths of an atom neither.
const MAX_UNITS_BITS: u32 = 86;
const END_COUNT: usize = MAX_LEGS + EXPIRY_COUNT;

/// Least value of options and underlying, as each tier counts the options, quote atoms rounded down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Least {
    pub(super) im: i64,
    pub(super) mm: i64,
}

/// A price an expiry may end at, and what its options are then worth, billionths of an atom.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    expiry: usize,
    price: u64,
    im: i128,
    mm: i128,
}

/// Units kept for an expiry, the lowest price at which it then ends worst, and its worth there.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    units: u64,
    price: u64,
    worth: i128,
}

/// `None` if the loss is unbounded, if strikes or units lie beyond what is computed, or if neither tier's
/// health, given as the options' part of it in `reached`, lies below the value at a price of 0: then
/// there is nothing to hold.
#[inline(never)]
pub(super) fn least_option_values(
    portfolio: &Portfolio,
    totals: &Totals,
    net: &[NetContracts; EXPIRY_COUNT],
    reached: [i64; 2],
) -> Option<Least> {
    let units = units(portfolio)?;
    let needed = net.map(|slot| slot.short_calls());
    let spare = needed
        .iter()
        .try_fold(units, |left, needed| left.checked_sub(*needed))?;
    let near = |strike: u64| strike.checked_shr(FURTHEST_STRIKE_BITS) < Some(portfolio.spot.get());
    if !portfolio.legs.iter().all(|leg| near(leg.strike.get())) {
        return None;
    }
    let opening = opening(portfolio);
    let at_zero = |credits: &Credits| {
        let worths = opening.iter().zip(credits);
        floor(worths.fold(0, |sum, (worth, credit)| {
            sum.wrapping_add(credited(*worth, *credit))
        }))
    };
    let (im, mm) = (&totals.im.credits, &totals.mm.credits);
    if at_zero(im) <= reached[0] && at_zero(mm) <= reached[1] {
        return None;
    }
    let mut ends = [End::default(); END_COUNT];
    let count = fill(&mut ends, portfolio, &opening, im, mm);
    let ends = ends.get(..count)?;
    Some(Least {
        im: floor(least(ends, &needed, spare, |end| end.im)),
        mm: floor(least(ends, &needed, spare, |end| end.mm)),
    })
}

/// Units of underlying that are worth their price whatever happens to it.
fn units(portfolio: &Portfolio) -> Option<u64> {
    let counts = |units: u64| {
        let worth = u128::from(units).wrapping_mul(portfolio.spot.get().into());
        (worth.checked_shr(MAX_UNITS_BITS) == Some(0)).then_some(units)
    };
    let holdings = portfolio.holdings.iter();
    let sound = holdings.filter(|held| held.moves_with_spot && held.wrong_way_ppb == 0);
    let sum = sound.fold(0u64, |sum, held| {
        sum.saturating_add(held.contracts_equivalent)
    });
    counts(sum)
}

/// Worth of each expiry's options at a price of 0.
fn opening(portfolio: &Portfolio) -> [i128; EXPIRY_COUNT] {
    let mut opening = [0i128; EXPIRY_COUNT];
    for (slot, terms) in opening.iter_mut().zip(portfolio.expiries) {
        *slot = i128::from(terms.certain_atoms).wrapping_mul(PRICE_SCALE.into());
    }
    for leg in portfolio.legs.iter().filter(|leg| leg.kind == Kind::Put) {
        if let Some(slot) = opening.get_mut(usize::from(leg.expiry_index)) {
            let paid = i128::from(leg.quantity.get()).wrapping_mul(leg.strike.get().into());
            *slot = slot.wrapping_add(paid);
        }
    }
    opening
}

/// Writes the ends of every expiry in order of price, 0 first; returns how many.
///
/// A leg is below 2^86 at spot and strikes below 2^16 spots, so 32 legs stay below 2^107.
#[inline(never)]
fn fill(
    ends: &mut [End; END_COUNT],
    portfolio: &Portfolio,
    opening: &[i128; EXPIRY_COUNT],
    im: &Credits,
    mm: &Credits,
) -> usize {
    // (strike, quantity, slope before it, expiry) of each leg, by strike.
    let mut bends = [(u64::MAX, 0i64, 0i64, usize::MAX); MAX_LEGS];
    for (bend, leg) in bends.iter_mut().zip(portfolio.legs) {
        let quantity = leg.quantity.get();
        let before = match leg.kind {
            Kind::Call => 0,
            Kind::Put => quantity.saturating_neg(),
        };
        *bend = (
            leg.strike.get(),
            quantity,
            before,
            usize::from(leg.expiry_index),
        );
    }
    bends.sort_unstable_by_key(|bend| bend.0);
    let mut slots = ends.iter_mut();
    let mut count = 0usize;
    for (expiry, ((opening, im), mm)) in opening.iter().zip(im).zip(mm).enumerate() {
        let own = || bends.iter().filter(|bend| bend.3 == expiry);
        let mut slope = own().fold(0i128, |sum, bend| sum.wrapping_add(bend.2.into()));
        let (mut price, mut worth) = (0u64, *opening);
        let mut put = |price: u64, worth: i128| {
            if let Some(slot) = slots.next() {
                let (im, mm) = (credited(worth, *im), credited(worth, *mm));
                *slot = End {
                    expiry,
                    price,
                    im,
                    mm,
                };
                count = count.saturating_add(1);
            }
        };
        put(0, worth);
        for (strike, quantity, ..) in own() {
            let step = strike.saturating_sub(price);
            worth = worth.wrapping_add(slope.wrapping_mul(step.into()));
            slope = slope.wrapping_add((*quantity).into());
            price = *strike;
            put(price, worth);
        }
    }
    count
}

/// The maximum over how units are shared, by giving those left over to the expiry whose worst price is
/// the highest until that price falls. A share is off by 2^-31 of itself and a millionth of a unit.
#[inline(never)]
fn least(
    ends: &[End],
    needed: &[u64; EXPIRY_COUNT],
    mut spare: u64,
    value: fn(&End) -> i128,
) -> i128 {
    let mut places = [Place::default(); EXPIRY_COUNT];
    for (expiry, (place, needed)) in places.iter_mut().zip(needed).enumerate() {
        *place = worst(ends, expiry, *needed, value);
    }
    // Each two rounds lower the price of one place to one of its other ends.
    for _ in ends.iter().chain(ends) {
        let highest = places
            .iter_mut()
            .enumerate()
            .max_by_key(|(_, place)| place.price);
        let Some((expiry, place)) = highest.filter(|(_, place)| place.price > 0 && spare > 0)
        else {
            break;
        };
        let lower = ends
            .iter()
            .filter(|end| end.expiry == expiry && end.price < place.price);
        let step = lower.fold(u64::MAX, |least, end| {
            let above = at(end, place.units, value).wrapping_sub(place.worth);
            let gap = place.price.saturating_sub(end.price);
            least.min(quotient(above.max(0).unsigned_abs(), gap))
        });
        let step = step.saturating_add(1).min(spare);
        spare = spare.saturating_sub(step);
        *place = worst(ends, expiry, place.units.saturating_add(step), value);
    }
    places
        .iter()
        .fold(0, |sum, place| sum.wrapping_add(place.worth))
}

/// Options at an end with `units` sold there.
#[inline]
fn at(end: &End, units: u64, value: fn(&End) -> i128) -> i128 {
    value(end).wrapping_add(i128::from(units).wrapping_mul(end.price.into()))
}

fn worst(ends: &[End], expiry: usize, units: u64, value: fn(&End) -> i128) -> Place {
    let own = ends.iter().filter(|end| end.expiry == expiry);
    let worths = own.map(|end| (at(end, units, value), end.price));
    // Of equals the first, which is the lowest price.
    let (worth, price) = worths.min_by_key(|(worth, _)| *worth).unwrap_or((0, 0));
    Place {
        units,
        price,
        worth,
    }
}

/// n / d rounded down, above 64 bits to within 2^-31 of itself; `u64::MAX` if it does not fit.
fn quotient(n: u128, d: u64) -> u64 {
    let excess = 64u32.saturating_sub(n.leading_zeros());
    let small = u64::try_from(n.checked_shr(excess).unwrap_or(0)).unwrap_or(u64::MAX);
    let room = 32u32.saturating_sub(d.leading_zeros());
    let shift = excess.min(room);
    let quotient = d
        .checked_shr(shift)
        .and_then(|d| small.checked_div(d))
        .unwrap_or(u64::MAX);
    let left = excess.saturating_sub(shift);
    if left > quotient.leading_zeros() {
        u64::MAX
    } else {
        quotient.checked_shl(left).unwrap_or(u64::MAX)
    }
}

/// A part of a positive worth, as [`super::totals`] counts it.
fn credited(worth: i128, credit: i64) -> i128 {
    if worth > 0 {
        let part = |worth: i128| worth.wrapping_mul(credit.into());
        let low = worth & i128::from(ONE_Q30.wrapping_sub(1));
        part(worth >> 30).wrapping_add(part(low) >> 30)
    } else {
        worth
    }
}

/// Billionths of an atom as atoms, rounded down. Unsigned, because the Solana machine has no signed
/// division, and in 64 bits where they do, because the wide one is dear.
fn floor(billionths: i128) -> i64 {
    let size = billionths.unsigned_abs();
    let negative = billionths < 0;
    let whole = match u64::try_from(size) {
        Ok(small) if negative => small.div_ceil(PRICE_SCALE),
        Ok(small) => small.checked_div(PRICE_SCALE).unwrap_or(0),
        Err(_) => {
            let scale = u128::from(PRICE_SCALE);
            let wide = if negative {
                size.div_ceil(scale)
            } else {
                size.checked_div(scale).unwrap_or(0)
            };
            u64::try_from(wide).unwrap_or(u64::MAX)
        }
    };
    let whole = i64_saturating(whole);
    if negative {
        whole.saturating_neg()
    } else {
        whole
    }
}
