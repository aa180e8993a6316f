//! Where expiries may end, and what their options are then worth, in the scale of [`super::bound`].

use super::bound::Scale;
use super::totals::{credited, Credits};
use super::{Portfolio, EXPIRY_COUNT, MAX_LEGS};
use crate::pricing::Kind;
use backstop_quantities::bits::bit_length;
use backstop_quantities::convert::{i64_saturating, length, u64_or_zero};
use backstop_quantities::PRICE_SCALE;

const END_COUNT: usize = MAX_LEGS + EXPIRY_COUNT;
/// A kink is expiry, strike and leg in one number, in this order: 3, 56 and 5 bits.
const LEG_BITS: u32 = 5;
const STRIKE_BITS: u32 = 56;
const _: () = assert!(MAX_LEGS <= 1 << LEG_BITS && EXPIRY_COUNT <= 8);

/// A price an expiry may end at, and the worth of its options there.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    price: u64,
    worth: i64,
}

/// Units kept for an expiry, the lowest price at which it then ends worst, and its worth there.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    units: i64,
    price: u64,
    worth: i64,
}

/// The expiries of an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// Worth at a price of 0, slope there, and contracts of calls.
    opening: [i64; EXPIRY_COUNT],
    slope: [i64; EXPIRY_COUNT],
    calls: [i64; EXPIRY_COUNT],
    /// Ends of all expiries, by expiry and price, 0 first.
    ends: [End; END_COUNT],
    /// Where the ends of each expiry stop.
    stops: [usize; EXPIRY_COUNT],
}

impl Default for Ends {
    fn default() -> Self {
        Self {
            opening: [0; EXPIRY_COUNT],
            slope: [0; EXPIRY_COUNT],
            calls: [0; EXPIRY_COUNT],
            ends: [End::default(); END_COUNT],
            stops: [0; EXPIRY_COUNT],
        }
    }
}

impl Ends {
    /// Adds up what counts before the first strike.
    pub(super) fn open(&mut self, portfolio: &Portfolio, scale: &Scale) {
        for (slot, terms) in self.opening.iter_mut().zip(portfolio.expiries) {
            if terms.certain_atoms != 0 {
                *slot = scale.worth(terms.certain_atoms, PRICE_SCALE);
            }
        }
        for leg in portfolio.legs {
            let index = usize::from(leg.expiry_index);
            let (Some(opening), Some(slope), Some(calls)) = (
                self.opening.get_mut(index),
                self.slope.get_mut(index),
                self.calls.get_mut(index),
            ) else {
                continue;
            };
            let quantity = leg.quantity.get();
            match leg.kind {
                Kind::Call => *calls = calls.wrapping_add(quantity),
                Kind::Put => {
                    let paid = scale.worth(quantity, leg.strike.get());
                    *opening = opening.wrapping_add(paid);
                    *slope = slope.wrapping_sub(quantity);
                }
            }
        }
    }

    /// Worth if every expiry ends at 0.
    pub(super) fn at_zero(&self, credits: &Credits) -> i64 {
        let worths = self.opening.iter().zip(credits);
        worths.fold(0, |sum, (worth, credit)| {
            sum.wrapping_add(credited(*worth, *credit))
        })
    }

    /// Fills the ends.
    #[inline(never)]
    pub(super) fn sort(&mut self, portfolio: &Portfolio, scale: &Scale) {
        let kinks = kinks(portfolio);
        let mut kinks = kinks.iter().take(portfolio.legs.len()).peekable();
        let mut ends = self.ends.iter_mut();
        let mut count = 0usize;
        let expiries = self.opening.iter().zip(self.slope).zip(&mut self.stops);
        for (expiry, ((opening, slope), stop)) in (0u64..).zip(expiries) {
            let mut end = End {
                price: 0,
                worth: *opening,
            };
            let mut slope = slope;
            loop {
                if let Some(slot) = ends.next() {
                    *slot = end;
                    count = count.wrapping_add(1);
                }
                let own = |kink: &&u64| kink.wrapping_shr(STRIKE_BITS + LEG_BITS) == expiry;
                let Some(kink) = kinks.next_if(own) else {
                    break;
                };
                let number = usize::try_from(kink & ((1 << LEG_BITS) - 1)).unwrap_or(usize::MAX);
                let Some(leg) = portfolio.legs.get(number) else {
                    break;
                };
                let price = leg.strike.get();
                let way = price.saturating_sub(end.price);
                end.worth = end.worth.wrapping_add(scale.worth(slope, way));
                end.price = price;
                slope = slope.wrapping_add(leg.quantity.get());
            }
            *stop = count;
        }
    }

    /// The maximum over how units are shared, by giving those left over to the expiry whose worst price
    /// is the highest until that price falls.
    #[inline(never)]
    pub(super) fn least(&self, units: i64, credits: &Credits, scale: &Scale) -> i64 {
        let mut values = self.ends;
        let mut places = [Place::default(); EXPIRY_COUNT];
        let (mut spare, mut start) = (units, 0);
        let slots = places.iter_mut().zip(self.stops).zip(self.calls);
        for (((place, stop), calls), credit) in slots.zip(credits) {
            let own = values.get_mut(start..stop).unwrap_or_default();
            for end in own.iter_mut() {
                end.worth = credited(end.worth, *credit);
            }
            let needed = calls.min(0).wrapping_neg();
            spare = spare.wrapping_sub(needed);
            *place = worst(own, needed, scale);
            start = stop;
        }
        if spare > 0 {
            self.share(&values, &mut places, spare, scale);
        }
        places
            .iter()
            .fold(0, |sum, place| sum.wrapping_add(place.worth))
    }

    /// Shares units left over. Each two rounds lower the price of one place to one of its other ends.
    #[inline(never)]
    fn share(
        &self,
        values: &[End; END_COUNT],
        places: &mut [Place; EXPIRY_COUNT],
        mut spare: i64,
        scale: &Scale,
    ) {
        for _ in 0..2 * END_COUNT {
            let highest = places
                .iter_mut()
                .enumerate()
                .max_by_key(|(_, place)| place.price);
            let Some((expiry, place)) = highest.filter(|(_, place)| place.price > 0) else {
                return;
            };
            let start = expiry
                .checked_sub(1)
                .and_then(|before| self.stops.get(before))
                .copied()
                .unwrap_or(0);
            let stop = self.stops.get(expiry).copied().unwrap_or(start);
            let own = values.get(start..stop).unwrap_or_default();
            let lower = own.iter().filter(|end| end.price < place.price);
            let step = lower.fold(u64::MAX, |least, end| {
                let above = at(end, place.units, scale).wrapping_sub(place.worth);
                let gap = place.price.saturating_sub(end.price);
                least.min(scale.contracts_floor(u64_or_zero(above), gap))
            });
            let step = i64_saturating(step).saturating_add(1).min(spare);
            spare = spare.wrapping_sub(step);
            *place = worst(own, place.units.saturating_add(step), scale);
            if spare <= 0 {
                return;
            }
        }
    }
}

/// The kinks of all legs in order, the rest of the table at the end. Strikes above 2^56 are cut: those
/// that are then equal may be in any order.
fn kinks(portfolio: &Portfolio) -> [u64; MAX_LEGS] {
    let furthest = portfolio.legs.iter().map(|leg| leg.strike.get()).max();
    let cut = bit_length(furthest.unwrap_or(0)).saturating_sub(STRIKE_BITS);
    let mut kinks = [u64::MAX; MAX_LEGS];
    for (number, leg) in portfolio.legs.iter().enumerate() {
        let strike = leg.strike.get().wrapping_shr(cut);
        let expiry = u64::from(leg.expiry_index).wrapping_shl(STRIKE_BITS);
        let kink = (expiry | strike).wrapping_shl(LEG_BITS) | length(number);
        // Insertion from the end of what is sorted already.
        let mut hole = number;
        while let Some(before) = hole.checked_sub(1) {
            let Some(last) = kinks.get(before).copied().filter(|last| *last > kink) else {
                break;
            };
            if let Some(slot) = kinks.get_mut(hole) {
                *slot = last;
            }
            hole = before;
        }
        if let Some(slot) = kinks.get_mut(hole) {
            *slot = kink;
        }
    }
    kinks
}

/// Options at an end with `units` sold there.
#[inline]
fn at(end: &End, units: i64, scale: &Scale) -> i64 {
    if units == 0 {
        end.worth
    } else {
        end.worth.wrapping_add(scale.worth(units, end.price))
    }
}

/// Of equals the first, which is the lowest price.
fn worst(own: &[End], units: i64, scale: &Scale) -> Place {
    let mut worst = Place {
        units,
        price: 0,
        worth: own.first().map_or(0, |end| end.worth),
    };
    for end in own {
        let worth = at(end, units, scale);
        if worth < worst.worth {
            worst.worth = worth;
            worst.price = end.price;
        }
    }
    worst
}
