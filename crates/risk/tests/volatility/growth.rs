//! Maintenance margin under any sequence of changes rises by at most a fifth in 72 hours.

use crate::classes::{class, for_all};
use backstop_quantities::{Contracts, Price, UnixSeconds, Vol};
use backstop_risk::margin::{
    assess, Holding, Leg, MarginParams, Portfolio, Regime, RequirementRamp, PLAIN_EXPIRIES,
};
use backstop_risk::params::{self, Bounded};
use backstop_risk::pricing::Kind;
use backstop_risk::ramp::{RequirementGrowth, RAMP_SECONDS};
use proptest::prelude::*;

fn legs() -> impl Strategy<Value = Vec<Leg>> {
    let leg = (
        any::<bool>(),
        80u64..250,
        3_600i64..8_000_000,
        -50i64..30,
        200_000u32..2_000_000,
        0u8..3,
    );
    let leg = leg.prop_map(|(call, strike, seconds, contracts, vol, slot)| Leg {
        kind: if call { Kind::Call } else { Kind::Put },
        strike: Price::new(strike * 1_000_000_000),
        seconds_to_expiry: seconds,
        quantity: Contracts::new(contracts * 1_000_000),
        vol: Vol::new(vol),
        vol_gap_ppm: 0,
        expiry_index: slot,
    });
    prop::collection::vec(leg, 1..5)
}

/// Parameters anywhere up to a fifth above or below those in force, within the hard bounds.
fn step(params: &MarginParams, moves: &[i64; 14]) -> MarginParams {
    let moved = |value: u64, bounds: Bounded, percent: i64| {
        let moved = value as i64 + value as i64 / 100 * percent;
        (moved as u64).clamp(bounds.min, bounds.max)
    };
    let mut next = MarginParams {
        scan_ppb: moved(params.scan_ppb, params::SCAN, moves[0]),
        vol_up_ppb: moved(params.vol_up_ppb, params::VOL_UP, moves[1]),
        vol_down_ppb: moved(params.vol_down_ppb, params::VOL_DOWN, moves[2]),
        vol_floor_ppm: moved(params.vol_floor_ppm, params::VOL_FLOOR, moves[3]),
        short_floor_mm_ppb: moved(params.short_floor_mm_ppb, params::SHORT_FLOOR_MM, moves[4]),
        mm_factor_ppb: moved(params.mm_factor_ppb, params::MM_FACTOR, moves[5]),
        gamma_ppb: moved(params.gamma_ppb, params::GAMMA, moves[6]),
        gamma_seconds: moved(params.gamma_seconds, params::GAMMA_SECONDS, moves[7]),
        long_credit_mm_ppb: moved(params.long_credit_mm_ppb, params::LONG_CREDIT_MM, moves[12])
            .max(params.long_credit_im_ppb),
        confidence_free_ppb: moved(
            params.confidence_free_ppb,
            params::CONFIDENCE_FREE,
            moves[13],
        ),
        ..*params
    };
    for (damp, percent) in next
        .tail_damp_ppb
        .iter_mut()
        .zip(moves[8..12].iter().cycle())
    {
        *damp = moved(*damp, params::TAIL_400, *percent);
    }
    next
}

/// A market whose parameters are changed whenever somebody asks and the rules allow it.
struct Market {
    params: MarginParams,
    before: Option<(MarginParams, RequirementGrowth)>,
}

impl Market {
    fn change(&mut self, moves: &[i64; 14], now: UnixSeconds) -> bool {
        if self
            .before
            .is_some_and(|(_, growth)| !growth.has_ended(now))
        {
            return false;
        }
        let next = step(&self.params, moves);
        assert_eq!(next.validate(), Ok(()), "a step stays within the bounds");
        self.before = Some((self.params, RequirementGrowth::begin(now)));
        self.params = next;
        true
    }

    /// Whether the account's requirement rises more than eightfold by the change under way: then it meets
    /// the rest at its end, as [`RequirementGrowth`] says.
    fn leaps(&self, account: &Portfolio) -> bool {
        let of = |params| assess(account, &Regime::of(params)).expect("in range").r_mm;
        self.before
            .as_ref()
            .is_some_and(|(previous, _)| of(&self.params) > 8 * of(previous))
    }

    /// R(MM) of an account now, whatever forecast and stress make of initial margin.
    fn required(&self, account: &Portfolio, now: UnixSeconds, im_scale_ppb: u64) -> i64 {
        let ramp = self.before.as_ref().and_then(|(previous, growth)| {
            growth.growth_ppb(now).map(|growth_ppb| RequirementRamp {
                previous,
                growth_ppb,
            })
        });
        let regime = Regime {
            params: &self.params,
            im_scale_ppb,
            withdrawing: im_scale_ppb > 2_000_000_000,
            widening_mm_ppm: 0,
            ramp,
        };
        assess(account, &regime).expect("in range").r_mm
    }
}

const CLASSES: [&str; 6] = [
    "a change is made",
    "a change has to wait",
    "two changes are made",
    "held by the growth",
    "with underlying",
    "net short",
];

#[test]
fn maintenance_margin_rises_by_at_most_a_fifth_in_72_hours() {
    let ask = (
        0i64..20 * 86_400,
        prop::array::uniform14(-20i64..=20),
        0u64..3,
    );
    let cases = (legs(), 0u64..20, prop::collection::vec(ask, 2..8));
    for_all("growth", &CLASSES, &cases, |(legs, units, asks), hits| {
        let holdings = [Holding {
            value_atoms: units * 150_000_000,
            im_atoms: units * 120_000_000,
            mm_atoms: units * 135_000_000,
            contracts_equivalent: units * 1_000_000,
            moves_with_spot: true,
            wrong_way_ppb: 0,
        }];
        let account = Portfolio {
            spot: Price::new(150_000_000_000),
            confidence_ppb: 25_000_000,
            quote_atoms: 1_000_000_000,
            debt_atoms: 0,
            holdings: &holdings,
            legs: &legs,
            expiries: &PLAIN_EXPIRIES,
        };
        let mut market = Market {
            params: MarginParams::default(),
            before: None,
        };
        let (mut now, mut seen, mut made) = (0i64, Vec::new(), 0);
        for (wait, moves, scale) in asks {
            now += wait;
            let at = |seconds: i64| UnixSeconds::new(seconds);
            let scale = 1_000_000_000 + scale * 700_000_000;
            seen.push((now, market.required(&account, at(now), scale)));
            let changed = market.change(&moves, at(now));
            made += i32::from(changed);
            class(hits, CLASSES[1], !changed);
            if changed && market.leaps(&account) {
                return Ok(());
            }
            for later in [now, now + 3_600, now + RAMP_SECONDS - 1] {
                let required = market.required(&account, at(later), scale);
                let bare = assess(&account, &Regime::of(&market.params)).expect("in range");
                class(hits, CLASSES[3], required < bare.r_mm);
                if later - now < 5_000 {
                    seen.push((later, required));
                }
            }
        }
        class(hits, CLASSES[0], made > 0);
        class(hits, CLASSES[2], made > 1);
        class(hits, CLASSES[4], units > 0);
        class(
            hits,
            CLASSES[5],
            legs.iter().any(|leg| leg.quantity.is_short()),
        );
        for (start, low) in &seen {
            for (end, high) in &seen {
                if (0..=RAMP_SECONDS).contains(&(end - start)) && end > start {
                    prop_assert!(
                        *high <= low + low / 5 + 2,
                        "{low} at {start}, {high} at {end}"
                    );
                }
            }
        }
        Ok(())
    });
}

#[test]
fn growth_starts_at_one_never_falls_and_ends_at_eight() {
    let growth = RequirementGrowth::begin(UnixSeconds::new(1_000));
    let at = |seconds: i64| growth.growth_ppb(UnixSeconds::new(1_000 + seconds));
    assert_eq!((at(-5), at(0)), (Some(1_000_000_000), Some(1_000_000_000)));
    let after = at(RAMP_SECONDS).expect("under way");
    assert!((1_199_999_900..=1_200_000_000).contains(&after), "{after}");
    let (mut last, mut ended) = (0, None);
    for seconds in (0..40 * 86_400).step_by(60) {
        match at(seconds) {
            Some(now) => {
                assert!(now >= last && ended.is_none());
                let then = at(seconds + RAMP_SECONDS).unwrap_or(8_000_000_000);
                assert!(u128::from(then) * 5 <= u128::from(now) * 6, "at {seconds}");
                last = now;
            }
            None => {
                ended.get_or_insert(seconds);
            }
        }
    }
    let days = ended.expect("it ends") / 86_400;
    assert_eq!(days, 34);
    assert!(growth.has_ended(UnixSeconds::new(i64::MAX)));
}
