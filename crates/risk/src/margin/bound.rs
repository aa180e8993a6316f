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
//! where O changes its sign); beyond the last it cannot fall, because a_e covers the short calls. As a function of a_e the bracket is the lower of two lines, of slope P and w P:
//! units left over go to the expiry whose lowest line is the steepest. Exact, in billionths of an atom,
//! except for how units left over are shared.

use super::net::NetContracts;
use super::share::{least_shared, quotient, Line, Lines};
use super::totals::{Tier, Totals};
use super::{Portfolio, EXPIRY_COUNT, MAX_LEGS};
use crate::pricing::Kind;
use backstop_quantities::convert::{i64_saturating, u64_bits};
use backstop_quantities::{ONE_Q30, PRICE_SCALE};

/// A strike further than so many times spot, as a power of two, has no greatest loss here.
const FURTHEST_STRIKE_BITS: u32 = 16;
/// Units of underlying above 2^86 billionths of an atom neither.
const MAX_UNITS_BITS: u32 = 86;

/// Least value of options and underlying in each tier, quote atoms rounded down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Least {
    pub(super) im: i64,
    pub(super) mm: i64,
}

/// Where the payoff of an expiry bends: one leg.
#[derive(Clone, Copy, Debug)]
struct Bend {
    strike: u64,
    quantity: i64,
    is_put: bool,
    expiry: usize,
}

/// Units of underlying by use.
#[derive(Clone, Copy, Debug)]
struct Units {
    /// Net short calls of each expiry.
    needed: [u64; EXPIRY_COUNT],
    spare: u64,
}

type Bends = [Bend; MAX_LEGS];
type Opening = [i128; EXPIRY_COUNT];

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
    let units = Units::of(portfolio, net)?;
    let near = |strike: u64| strike.checked_shr(FURTHEST_STRIKE_BITS) < Some(portfolio.spot.get());
    if !portfolio.legs.iter().all(|leg| near(leg.strike.get())) {
        return None;
    }
    let opening = opening(portfolio);
    let [reached_im, reached_mm] = reached;
    let (im, mm) = (&totals.im, &totals.mm);
    if at_zero(&opening, im) <= reached_im && at_zero(&opening, mm) <= reached_mm {
        return None;
    }
    let bends = bends(portfolio);
    Some(Least {
        im: least_of(&bends, &opening, &units, im),
        mm: least_of(&bends, &opening, &units, mm),
    })
}

impl Units {
    /// `None` if they do not cover the net short calls. Only units that are worth their price whatever
    /// happens to it count.
    fn of(portfolio: &Portfolio, net: &[NetContracts; EXPIRY_COUNT]) -> Option<Self> {
        let holdings = portfolio.holdings.iter();
        let sound = holdings.filter(|held| held.moves_with_spot && held.wrong_way_ppb == 0);
        let units = sound.fold(0u64, |sum, held| {
            sum.saturating_add(held.contracts_equivalent)
        });
        let worth = u128::from(units).wrapping_mul(portfolio.spot.get().into());
        if worth.checked_shr(MAX_UNITS_BITS) != Some(0) {
            return None;
        }
        let needed = net.map(|slot| slot.short_calls());
        let spare = needed
            .iter()
            .try_fold(units, |left, needed| left.checked_sub(*needed))?;
        Some(Self { needed, spare })
    }

    fn is_none(&self) -> bool {
        self.spare == 0 && self.needed.iter().all(|needed| *needed == 0)
    }
}

/// Worth of each expiry's options at a price of 0.
fn opening(portfolio: &Portfolio) -> Opening {
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

/// Worth of the options with every expiry at 0: never less than the least.
fn at_zero(opening: &Opening, tier: &Tier) -> i64 {
    let worths = opening.iter().zip(&tier.credits);
    floor(worths.fold(0, |sum, (worth, credit)| {
        sum.wrapping_add(credited(*worth, *credit))
    }))
}

/// The legs by strike.
fn bends(portfolio: &Portfolio) -> Bends {
    let none = Bend {
        strike: u64::MAX,
        quantity: 0,
        is_put: false,
        expiry: EXPIRY_COUNT,
    };
    let mut bends = [none; MAX_LEGS];
    for (bend, leg) in bends.iter_mut().zip(portfolio.legs) {
        *bend = Bend {
            strike: leg.strike.get(),
            quantity: leg.quantity.get(),
            is_put: leg.kind == Kind::Put,
            expiry: usize::from(leg.expiry_index),
        };
    }
    bends.sort_unstable_by_key(|bend| bend.strike);
    bends
}

/// The least of one tier, atoms rounded down.
#[inline(never)]
fn least_of(bends: &Bends, opening: &Opening, units: &Units, tier: &Tier) -> i64 {
    let mut lines = Lines::default();
    let weight = if units.is_none() {
        ONE_Q30
    } else {
        tier.collateral.weight()
    };
    for (expiry, (opening, credit)) in opening.iter().zip(tier.credits).enumerate() {
        let ends = Ends {
            expiry,
            credit,
            weight,
            waiver: tier.waiver,
        };
        ends.write(bends, *opening, &mut lines);
    }
    floor(least_shared(lines.all(), &units.needed, units.spare))
}

/// How an expiry's ends count.
struct Ends {
    expiry: usize,
    credit: i64,
    weight: i64,
    waiver: i64,
}

impl Ends {
    /// Writes the lines of the ends in order of price, 0 first. A weight below the credit bends the
    /// bracket upwards where the options' sign changes: then that price is an end too.
    ///
    /// A leg is below 2^86 at spot and strikes below 2^16 spots, so 32 legs stay below 2^107.
    fn write(&self, bends: &Bends, opening: i128, lines: &mut Lines) {
        let own = || bends.iter().filter(|bend| bend.expiry == self.expiry);
        let puts = own().filter(|bend| bend.is_put);
        let mut slope = puts.fold(0i128, |sum, bend| sum.wrapping_sub(bend.quantity.into()));
        let (mut price, mut worth) = (0u64, opening);
        self.put(price, worth, lines);
        for bend in own() {
            let step = bend.strike.saturating_sub(price);
            let before = worth;
            worth = before.wrapping_add(slope.wrapping_mul(step.into()));
            if self.weight < self.credit && before.signum().wrapping_mul(worth.signum()) < 0 {
                let gap = u64::try_from(slope.unsigned_abs()).unwrap_or(u64::MAX);
                let way = quotient(before.unsigned_abs(), gap).min(step);
                self.put(price.saturating_add(way), 0, lines);
            }
            slope = slope.wrapping_add(bend.quantity.into());
            price = bend.strike;
            self.put(price, worth, lines);
        }
    }

    fn put(&self, price: u64, worth: i128, lines: &mut Lines) {
        let counted = credited(worth, self.credit);
        let mut put = |slope: u64, worth: i128| {
            lines.push(Line {
                expiry: self.expiry,
                slope,
                worth,
            });
        };
        let lacking = worth.min(0).wrapping_neg();
        // Without a haircut nothing is waived, and without anything lacking.
        if lacking > 0 || self.weight == ONE_Q30 {
            put(price, counted);
        }
        if self.weight < ONE_Q30 {
            let weighed = u128::from(price).wrapping_mul(u64_bits(self.weight).into()) >> 30;
            let waived = part(lacking, self.waiver);
            put(
                u64::try_from(weighed).unwrap_or(price),
                counted.wrapping_add(waived),
            );
        }
    }
}

/// A part of a worth, Q30, rounded down.
fn part(worth: i128, part: i64) -> i128 {
    let low = worth & i128::from(ONE_Q30.wrapping_sub(1));
    let high = (worth >> 30).wrapping_mul(part.into());
    high.wrapping_add(low.wrapping_mul(part.into()) >> 30)
}

/// Net option value of an expiry as it counts.
fn credited(worth: i128, credit: i64) -> i128 {
    if worth > 0 {
        part(worth, credit)
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
