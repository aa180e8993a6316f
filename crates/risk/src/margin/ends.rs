//! Where expiries may end, and what their options are then worth, in the scale of [`super::bound`].

use super::bound::Scale;
use super::kinks::{kinks, leg_of};
use super::net::NetContracts;
use super::parts::{credited, part_q30, Credits};
use super::share::Shares;
use super::totals::Tier;
use super::{Leg, Portfolio, EXPIRY_COUNT, MAX_LEGS};
use crate::pricing::Kind;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::{ONE_Q30, PRICE_SCALE};

const END_COUNT: usize = MAX_LEGS + EXPIRY_COUNT;
/// A price an expiry may end at, the worth of its options there, and their slope beyond it.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    price: u64,
    worth: i64,
    slope: i64,
}

impl End {
    /// To the strike of the next leg.
    #[inline(always)]
    fn go_on(&mut self, leg: &Leg, scale: &Scale) {
        let price = leg.strike.get();
        if self.slope != 0 {
            let way = price.saturating_sub(self.price);
            self.worth = self.worth.wrapping_add(scale.worth(self.slope, way));
        }
        self.price = price;
        self.slope = self.slope.wrapping_add(leg.quantity.get());
    }
}

/// One expiry.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    expiry: usize,
    /// Where its ends stop; they start where those of the one before do.
    stop: usize,
    /// Calls that underlying must stand behind.
    needed: i64,
}

/// The expiries of an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// By expiry: worth at a price of 0 and slope there.
    opening: [i64; EXPIRY_COUNT],
    slope: [i64; EXPIRY_COUNT],
    /// Ends by expiry and price, 0 first, of all expiries that can be worth anything.
    ends: [End; END_COUNT],
    groups: [Group; EXPIRY_COUNT],
    group_count: usize,
}

impl Default for Ends {
    fn default() -> Self {
        Self {
            opening: [0; EXPIRY_COUNT],
            slope: [0; EXPIRY_COUNT],
            ends: [End::default(); END_COUNT],
            groups: [Group::default(); EXPIRY_COUNT],
            group_count: 0,
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
            let (Some(opening), Some(slope)) =
                (self.opening.get_mut(index), self.slope.get_mut(index))
            else {
                continue;
            };
            if leg.kind == Kind::Put {
                let quantity = leg.quantity.get();
                let paid = scale.worth(quantity, leg.strike.get());
                *opening = opening.wrapping_add(paid);
                *slope = slope.wrapping_sub(quantity);
            }
        }
    }

    /// Worth if every expiry ends at 0.
    pub(super) fn at_zero(&self, credits: &Credits) -> i64 {
        let worths = self.opening.iter().zip(credits);
        let any = worths.filter(|(worth, _)| **worth != 0);
        any.fold(0, |sum, (worth, credit)| {
            sum.wrapping_add(credited(*worth, *credit))
        })
    }

    /// Fills the ends and the groups.
    #[inline(never)]
    pub(super) fn sort(
        &mut self,
        portfolio: &Portfolio,
        scale: &Scale,
        net: &[NetContracts; EXPIRY_COUNT],
    ) {
        let kinks = kinks(portfolio);
        let mut kinks = kinks.get(..portfolio.legs.len()).unwrap_or_default();
        let mut ends = self.ends.iter_mut();
        let mut groups = self.groups.iter_mut();
        let (mut stop, mut group_count) = (0usize, 0usize);
        let expiries = self.opening.iter().zip(&self.slope).zip(net);
        for (expiry, ((opening, slope), net)) in expiries.enumerate() {
            let Some((own, others)) = kinks.split_at_checked(net.legs()) else {
                break;
            };
            kinks = others;
            if own.is_empty() && *opening == 0 {
                continue;
            }
            let mut end = End {
                price: 0,
                worth: *opening,
                slope: *slope,
            };
            if let Some(slot) = ends.next() {
                *slot = end;
            }
            for (kink, slot) in own.iter().zip(&mut ends) {
                if let Some(leg) = leg_of(portfolio, *kink) {
                    end.go_on(leg, scale);
                }
                *slot = end;
            }
            stop = stop.wrapping_add(own.len()).wrapping_add(1);
            if let Some(group) = groups.next() {
                *group = Group {
                    expiry,
                    stop,
                    needed: i64_saturating(net.uncovered_calls()),
                };
                group_count = group_count.wrapping_add(1);
            }
        }
        self.group_count = group_count;
    }

    /// The least of one tier with so many units of underlying.
    pub(super) fn least(&self, units: i64, tier: &Tier, scale: &Scale) -> i64 {
        if units == 0 {
            // Each expiry ends where it is worst.
            return self.groups().fold(0, |sum, (group, own)| {
                let worths = own.iter().map(|end| end.worth);
                let credit = tier.credits.get(group.expiry).copied().unwrap_or(0);
                sum.wrapping_add(credited(worths.min().unwrap_or(0), credit))
            });
        }
        self.shared(units, tier, scale)
    }

    #[inline(never)]
    fn shared(&self, units: i64, tier: &Tier, scale: &Scale) -> i64 {
        let mut shares = Shares::default();
        let mut spare = units;
        for (group, own) in self.groups() {
            let count = Count {
                credit: tier.credits.get(group.expiry).copied().unwrap_or(0),
                weight: tier.weight,
                waiver: tier.waiver,
            };
            let mut before = End::default();
            for end in own {
                count.cross(&before, end, scale, &mut shares);
                count.put(end.price, end.worth, &mut shares);
                before = *end;
            }
            spare = spare.wrapping_sub(group.needed);
            shares.close(group.needed, scale);
        }
        shares.least(spare, scale)
    }

    fn groups(&self) -> impl Iterator<Item = (&Group, &[End])> {
        let mut start = 0;
        let groups = self.groups.iter().take(self.group_count);
        groups.map(move |group| {
            let own = self.ends.get(start..group.stop).unwrap_or_default();
            start = group.stop;
            (group, own)
        })
    }
}

/// How a tier counts the ends of an expiry, Q30.
struct Count {
    credit: i64,
    weight: i64,
    waiver: i64,
}

impl Count {
    /// A weight below the credit bends the bracket upwards where the options' sign changes: then the
    /// price of that is an end too.
    #[inline]
    fn cross(&self, before: &End, end: &End, scale: &Scale, shares: &mut Shares) {
        let changes = before.worth < 0 && end.worth > 0 || before.worth > 0 && end.worth < 0;
        if self.weight < self.credit && changes {
            let slope = before.slope.unsigned_abs();
            let way = scale.quotient(before.worth.unsigned_abs(), slope);
            let price = before.price.saturating_add(way).min(end.price);
            self.put(price, 0, shares);
        }
    }

    /// The lines of an end: of slope P, and of slope w P where there is a haircut; without one nothing is
    /// waived, and without anything lacking.
    fn put(&self, price: u64, worth: i64, shares: &mut Shares) {
        let counted = credited(worth, self.credit);
        let lacking = worth.min(0).wrapping_neg();
        if lacking > 0 || self.weight == ONE_Q30 {
            shares.push(price, counted);
        }
        if self.weight < ONE_Q30 {
            let weighed = part_q30(i64_saturating(price), self.weight);
            let waived = part_q30(lacking, self.waiver);
            shares.push(u64_or_zero(weighed), counted.wrapping_add(waived));
        }
    }
}
