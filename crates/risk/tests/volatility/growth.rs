//! Maintenance margin under any sequence of changes rises by at most a fifth in 72 hours.

use crate::classes::{class, for_all};
use backstop_quantities::{Contracts, Ppb, Price, UnixSeconds, Vol};
use backstop_risk::collateral::MmWeight;
use backstop_risk::margin::{
    assess, Holding, Leg, MarginParams, Portfolio, Regime, RequirementRamp, Weighed, PLAIN_EXPIRIES,
};
use backstop_risk::params::{self, Bounded};
use backstop_risk::pricing::Kind;
use backstop_risk::ramp::{RequirementGrowth, MOST_GROWTH, RAMP_SECONDS};
use proptest::prelude::*;

const DAY: i64 = 86_400;
/// Past the end of every growth.
const OVER: i64 = 710 * DAY;

/// Up to four legs, half of them with one of the same kind and expiry behind it.
fn legs() -> impl Strategy<Value = Vec<Leg>> {
    let leg = (
        any::<bool>(),
        80u64..250,
        3_600i64..8_000_000,
        -50i64..30,
        200_000u32..2_000_000,
        0u8..3,
        prop::option::of(80u64..250),
    );
    let leg = leg.prop_map(|(call, strike, seconds, contracts, vol, slot, behind)| {
        let leg = |strike: u64, contracts: i64| Leg {
            kind: if call { Kind::Call } else { Kind::Put },
            strike: Price::new(strike * 1_000_000_000),
            seconds_to_expiry: seconds,
            quantity: Contracts::new(contracts * 1_000_000),
            vol: Vol::new(vol),
            vol_gap_ppm: 0,
            expiry_index: slot,
        };
        let mut legs = vec![leg(strike, contracts)];
        legs.extend(behind.map(|strike| leg(strike, -contracts)));
        legs
    });
    prop::collection::vec(leg, 1..5).prop_map(|legs| legs.concat())
}

/// Where a change takes the parameters: a fifth up or down at most, or anywhere within the hard bounds.
#[derive(Clone, Copy, Debug)]
enum Move {
    Step([i64; 14]),
    Leap([u64; 14]),
    To(MarginParams),
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => prop::array::uniform14(-20i64..=20).prop_map(Move::Step),
        1 => prop::array::uniform14(0u64..=1_000).prop_map(Move::Leap),
    ]
}

impl Move {
    fn of(&self, index: usize, value: u64, bounds: Bounded) -> u64 {
        match self {
            Self::Step(percents) => {
                let moved = value as i64 + value as i64 / 100 * percents[index];
                (moved as u64).clamp(bounds.min, bounds.max)
            }
            Self::Leap(parts) => bounds.min + (bounds.max - bounds.min) / 1_000 * parts[index],
            Self::To(_) => value,
        }
    }

    fn apply(&self, params: &MarginParams) -> MarginParams {
        if let Self::To(params) = self {
            return *params;
        }
        let mut next = MarginParams {
            scan_ppb: self.of(0, params.scan_ppb, params::SCAN),
            vol_up_ppb: self.of(1, params.vol_up_ppb, params::VOL_UP),
            vol_down_ppb: self.of(2, params.vol_down_ppb, params::VOL_DOWN),
            vol_floor_ppm: self.of(3, params.vol_floor_ppm, params::VOL_FLOOR),
            short_floor_mm_ppb: self
                .of(4, params.short_floor_mm_ppb, params::SHORT_FLOOR_MM)
                .min(params.short_floor_im_ppb),
            mm_factor_ppb: self.of(5, params.mm_factor_ppb, params::MM_FACTOR),
            gamma_ppb: self.of(6, params.gamma_ppb, params::GAMMA),
            gamma_seconds: self.of(7, params.gamma_seconds, params::GAMMA_SECONDS),
            long_credit_mm_ppb: self.of(12, params.long_credit_mm_ppb, params::LONG_CREDIT_MM),
            confidence_free_ppb: self.of(13, params.confidence_free_ppb, params::CONFIDENCE_FREE),
            ..*params
        };
        next.long_credit_im_ppb = params.long_credit_im_ppb.min(next.long_credit_mm_ppb);
        for (index, damp) in next.tail_damp_ppb.iter_mut().enumerate() {
            *damp = self.of(8 + index % 4, *damp, params::TAIL_400);
        }
        next
    }
}

/// A market whose parameters and weight are changed whenever somebody asks and the rules allow it.
struct Market {
    params: MarginParams,
    weight: MmWeight,
    aimed: Ppb,
    before: Option<(MarginParams, Ppb, RequirementGrowth)>,
}

impl Market {
    fn new(weight: Ppb) -> Self {
        Self {
            params: MarginParams::default(),
            weight: MmWeight::new(weight, UnixSeconds::new(0)),
            aimed: weight,
            before: None,
        }
    }

    fn change(&mut self, moves: &Move, weight: Option<Ppb>, now: UnixSeconds) -> bool {
        let before = self.before.as_ref();
        if before.is_some_and(|(_, _, growth)| !growth.has_ended(now)) {
            return false;
        }
        let next = moves.apply(&self.params);
        assert_eq!(next.validate(), Ok(()), "a step stays within the bounds");
        let growth = RequirementGrowth::begin(now);
        self.before = Some((self.params, self.aimed, growth));
        self.params = next;
        if let Some(weight) = weight {
            self.weight = self.weight.aim(weight, now);
            self.aimed = weight;
        }
        true
    }

    /// R(MM) of an account now, whatever forecast and stress make of initial margin, and whether the
    /// growth holds it.
    fn required(
        &self,
        legs: &[Leg],
        units: u64,
        now: UnixSeconds,
        im_scale_ppb: u64,
    ) -> (i64, bool) {
        let weighed = |weight| [holding(units, weight)];
        let in_force = weighed(self.weight.value(now));
        let aimed = weighed(self.aimed);
        let before = weighed(self.before.map_or(self.aimed, |(_, weight, _)| weight));
        let ramp = self.before.as_ref().and_then(|(previous, _, growth)| {
            growth.growth_ppb(now).map(|growth_ppb| RequirementRamp {
                previous,
                growth_ppb,
                weighed: (aimed != before).then_some(Weighed {
                    before: &before,
                    aimed: &aimed,
                }),
            })
        });
        let regime = Regime {
            params: &self.params,
            im_scale_ppb,
            least_scale_ppb: im_scale_ppb,
            withdrawing: im_scale_ppb > 2_000_000_000,
            widening_mm_ppm: 0,
            ramp,
        };
        let required = |holdings: &[Holding], regime: &Regime| {
            assess(&account(legs, holdings), regime)
                .expect("in range")
                .r_mm
        };
        let now = required(&in_force, &regime);
        (now, now < required(&aimed, &Regime::of(&self.params)))
    }
}

fn holding(units: u64, weight: Ppb) -> Holding {
    let value_atoms = units * 150_000_000;
    let mm_atoms = value_atoms / 1_000 * (weight.get() / 1_000_000);
    Holding {
        value_atoms,
        im_atoms: mm_atoms / 10 * 9,
        mm_atoms,
        contracts_equivalent: units * 1_000_000,
        moves_with_spot: true,
        wrong_way_ppb: 0,
    }
}

fn account<'a>(legs: &'a [Leg], holdings: &'a [Holding]) -> Portfolio<'a> {
    Portfolio {
        spot: Price::new(150_000_000_000),
        confidence_ppb: 25_000_000,
        quote_atoms: 1_000_000_000,
        debt_atoms: 0,
        holdings,
        legs,
        expiries: &PLAIN_EXPIRIES,
    }
}

/// The same, all long: what rules that give longs and collateral no credit count for nothing.
fn long(legs: &[Leg]) -> Vec<Leg> {
    let long = |leg: &Leg| Leg {
        quantity: Contracts::new(leg.quantity.get().abs()),
        ..*leg
    };
    legs.iter().map(long).collect()
}

/// Seconds a growth lasts, to the minute.
fn lasts() -> i64 {
    let growth = RequirementGrowth::begin(UnixSeconds::new(0));
    let ended = |time: &i64| growth.has_ended(UnixSeconds::new(*time));
    (0..OVER).step_by(60).find(ended).expect("it ends")
}

/// A weight in thousandths.
fn weight(thousandths: u64) -> Ppb {
    Ppb::new(thousandths * 1_000_000)
}

const CLASSES: [&str; 9] = [
    "a change is made",
    "a change has to wait",
    "two changes are made",
    "held by the growth",
    "a weight is cut",
    "a weight is raised",
    "with underlying",
    "net short",
    "held after 34 days",
];

#[test]
fn maintenance_margin_rises_by_at_most_a_fifth_in_72_hours() {
    let ask = (
        0i64..300 * DAY,
        moves(),
        prop::option::of(0u64..=1_000),
        0u64..3,
    );
    let cases = (
        legs(),
        0u64..20,
        0u64..=1_000,
        prop::collection::vec(ask, 2..6),
        prop::bool::weighted(0.15),
    );
    let at = |seconds: i64| UnixSeconds::new(seconds);
    let lasts = lasts();
    for_all(
        "growth",
        &CLASSES,
        &cases,
        |(mut legs, units, mut first, asks, bare), hits| {
            if bare {
                (legs, first) = (long(&legs), 0);
            }
            let mut market = Market::new(weight(first));
            if bare {
                market.params.long_credit_mm_ppb = 0;
                market.params.long_credit_im_ppb = 0;
            }
            let (mut now, mut seen, mut made) = (0i64, Vec::new(), 0);
            let mut note = |market: &Market, time: i64, scale: u64, hits: &mut _| {
                let (required, held) = market.required(&legs, units, at(time), scale);
                seen.push((time, required));
                class(hits, CLASSES[3], held);
                held
            };
            for (index, (wait, moves, aim, scale)) in asks.iter().enumerate() {
                let scale = 1_000_000_000 + scale * 700_000_000;
                // Every other one waits for the end of the one before.
                let wait = if index % 2 == 1 { wait + OVER } else { *wait };
                // What the last change does before somebody asks again, its end included.
                let mut times = [
                    3_600,
                    RAMP_SECONDS - 1,
                    40 * DAY,
                    wait / 2,
                    lasts - 3_600,
                    lasts,
                ];
                times.sort_unstable();
                for later in times.into_iter().filter(|later| *later < wait) {
                    let held = note(&market, now + later, scale, hits);
                    class(hits, CLASSES[8], held && later > 34 * DAY);
                }
                now += wait;
                note(&market, now, scale, hits);
                let aim = aim.map(weight);
                let old = market.aimed;
                let changed = market.change(moves, aim, at(now));
                made += i32::from(changed);
                class(hits, CLASSES[1], !changed);
                class(hits, CLASSES[4], units > 0 && market.aimed < old);
                class(hits, CLASSES[5], units > 0 && market.aimed > old);
                note(&market, now, scale, hits);
            }
            class(hits, CLASSES[0], made > 0);
            class(hits, CLASSES[2], made > 1);
            class(hits, CLASSES[6], units > 0);
            class(
                hits,
                CLASSES[7],
                legs.iter().any(|leg| leg.quantity.is_short()),
            );
            for (index, (start, low)) in seen.iter().enumerate() {
                let later = seen.iter().skip(index + 1);
                for (end, high) in later.take_while(|(end, _)| end - start <= RAMP_SECONDS) {
                    prop_assert!(
                        *high <= low + low / 5 + 2,
                        "{low} at {start}, {high} at {end}"
                    );
                }
            }
            Ok(())
        },
    );
}

const LEAPS: [&str; 6] = [
    "more than eightfold",
    "more than a thousandfold",
    "nothing asked before",
    "another weight",
    "with underlying",
    "net short",
];

/// Accounts of which one set of rules asks little and another much: hedged ones. They are followed through
/// the whole of a growth, day by day, and what is asked after its end is no more than what is asked at it.
#[test]
fn requirements_that_leap_are_reached_a_fifth_at_a_time_and_whole_before_the_growth_ends() {
    let cases = (
        legs(),
        0u64..20,
        (0u64..=1_000, 0u64..=1_000),
        prop::array::uniform2(prop::array::uniform14(0u64..=1_000)),
        prop::bool::weighted(0.1),
    );
    let at = |seconds: i64| UnixSeconds::new(seconds);
    let lasts = lasts();
    for_all(
        "leap",
        &LEAPS,
        &cases,
        |(mut legs, units, (mut from, to), mut sides, bare), hits| {
            if bare {
                (legs, from, sides[0][12]) = (long(&legs), 0, 0);
            }
            let [old, new] = sides.map(|parts| Move::Leap(parts).apply(&MarginParams::default()));
            let mut market = Market::new(weight(from));
            market.params = old;
            let asked = |market: &Market, time: i64| {
                market.required(&legs, units, at(time), 1_000_000_000).0
            };
            let before = asked(&market, 0);
            let changed = market.change(&Move::To(new), Some(weight(to)), at(0));
            prop_assert!(changed);
            let whole = asked(&market, lasts);
            class(hits, LEAPS[0], whole > 8 * before);
            class(hits, LEAPS[1], whole / 1_000 > before);
            class(hits, LEAPS[2], before == 0);
            class(hits, LEAPS[3], from != to);
            class(hits, LEAPS[4], units > 0);
            class(
                hits,
                LEAPS[5],
                legs.iter().any(|leg| leg.quantity.is_short()),
            );
            prop_assert!(asked(&market, 0) <= before.max(1));
            prop_assert_eq!(asked(&market, lasts - 60), whole);
            let mut last = before;
            for time in (0..=lasts).step_by(RAMP_SECONDS as usize * 14) {
                let low = asked(&market, time);
                let high = asked(&market, time + RAMP_SECONDS);
                prop_assert!(high <= low + low / 5 + 2, "{low} at {time}, then {high}");
                prop_assert!(time == 0 || low >= last.min(whole), "it never falls back");
                last = low;
            }
            Ok(())
        },
    );
}

#[test]
fn growth_starts_at_one_never_falls_and_ends_after_every_ramp_of_a_weight() {
    let growth = RequirementGrowth::begin(UnixSeconds::new(1_000));
    let at = |seconds: i64| growth.growth_ppb(UnixSeconds::new(1_000 + seconds));
    assert_eq!((at(-5), at(0)), (Some(1_000_000_000), Some(1_000_000_000)));
    let after = at(RAMP_SECONDS).expect("under way");
    assert!((1_199_999_900..=1_200_000_000).contains(&after), "{after}");
    let (mut last, mut ended) = (0, None);
    for seconds in (0..OVER).step_by(60) {
        match at(seconds) {
            Some(now) => {
                assert!(now >= last && ended.is_none());
                let then =
                    at(seconds + RAMP_SECONDS).unwrap_or(u128::from(MOST_GROWTH) * 1_000_000_000);
                assert!(then * 5 <= now * 6, "at {seconds}");
                last = now;
            }
            None => {
                ended.get_or_insert(seconds);
            }
        }
    }
    let ended = ended.expect("it ends");
    assert_eq!(ended / DAY, 707);
    assert!(growth.has_ended(UnixSeconds::new(i64::MAX)));
    // The longest cut: the whole of a weight of 1.
    let cut = MmWeight::new(Ppb::ONE, UnixSeconds::new(0)).aim(Ppb::ZERO, UnixSeconds::new(0));
    assert_eq!(cut.value(UnixSeconds::new(ended)), Ppb::ZERO);
    assert!(cut.value(UnixSeconds::new(ended / 3)) > Ppb::ZERO);
}
