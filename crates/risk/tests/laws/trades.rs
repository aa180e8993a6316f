//! What trades cost, what formulas ask, and what an account below initial margin must keep.

use crate::cases::{for_all, Class};
use backstop_quantities::{Atoms, Ppb, Price, Vol};
use backstop_risk::display::{european_price, Terms};
use backstop_risk::fees::FeeParams;
use backstop_risk::pricing::{intrinsic, Kind};
use backstop_risk::quoting::{
    guard_price, guard_stands, keeps_ratio, near_mark, MakerSide, Peg, Standing, MARK_BAND_PPB,
};
use proptest::prelude::*;

type Charged = (FeeParams, u64, u64, u64);

prop_compose! {
    fn charged()(
        premium_ppb in 0u64..=125_000_000,
        notional_ppb in prop_oneof![Just(0u64), 0u64..=10_000_000],
        cap_ppb in 0u64..=125_000_000,
        premium in prop_oneof![0u64..1_000, 0u64..1_000_000_000_000],
        more in prop_oneof![0u64..1_000, 0u64..1_000_000_000_000],
        notional in 0u64..1_000_000_000_000_000,
    ) -> Charged {
        (FeeParams { premium_ppb, notional_ppb, cap_ppb, treasury_ppb: 0 }, premium, more, notional)
    }
}

fn fee(params: &FeeParams, premium: u64, notional: u64) -> u64 {
    let fee = params.trade_fee(Atoms::new(premium), Atoms::new(notional));
    fee.expect("in range").get()
}

const CHARGES: [Class<Charged>; 4] = [
    ("capped", |(p, premium, _, notional)| {
        let whole = FeeParams {
            cap_ppb: 1_000_000_000,
            ..*p
        };
        fee(p, *premium, *notional) < fee(&whole, *premium, *notional)
    }),
    ("not capped", |(p, premium, _, notional)| {
        let whole = FeeParams {
            cap_ppb: 1_000_000_000,
            ..*p
        };
        fee(p, *premium, *notional) == fee(&whole, *premium, *notional)
    }),
    ("dust", |(_, premium, _, _)| *premium < 1_000),
    ("a share of notional", |(p, ..)| p.notional_ppb > 0),
];

#[test]
fn a_fee_stays_below_premium_and_cap_grows_with_it_and_is_not_saved_by_splitting() {
    for_all(
        "fee",
        charged(),
        &CHARGES,
        |(params, premium, more, notional)| {
            let one = fee(params, *premium, *notional);
            prop_assert!(one <= *premium);
            let cap = u128::from(*premium) * u128::from(params.cap_ppb);
            prop_assert!(u128::from(one) * 1_000_000_000 < cap + 1_000_000_000);
            let (low, high) = (Atoms::new(*premium), Atoms::new(premium + more));
            let notional_atoms = Atoms::new(*notional);
            let at_mark = |premium, mark| params.fee_at_mark(premium, mark, notional_atoms);
            let whole = fee(params, premium + more, *notional);
            // Whoever trades below mark pays as at mark, whoever trades above it as at his premium.
            for (premium, mark) in [(low, high), (high, low), (Atoms::ZERO, high)] {
                prop_assert_eq!(at_mark(premium, mark), Some(Atoms::new(whole)));
            }
            prop_assert!(whole >= one);
            let half = *notional / 2;
            let parts = fee(params, *premium, half) + fee(params, *more, notional - half);
            let capped_apart = FeeParams {
                cap_ppb: 125_000_000,
                ..*params
            };
            // The cap bounds each part by its own premium, so only an uncapped schedule can be added up.
            let free = FeeParams {
                notional_ppb: 0,
                ..capped_apart
            };
            let split = fee(&free, *premium, 0) + fee(&free, *more, 0);
            prop_assert!(split >= fee(&free, premium + more, 0));
            prop_assert!(parts <= premium + more);
            Ok(())
        },
    );
}

type Pegged = (Peg, u32);

prop_compose! {
    fn collected()(
        treasury_ppb in prop_oneof![Just(0u64), 0u64..=500_000_000],
        fees in prop_oneof![0u64..100, 0u64..1 << 56],
        more in 0u64..1_000_000,
    ) -> (u64, u64, u64) {
        (treasury_ppb, fees, more)
    }
}

const COLLECTIONS: [Class<(u64, u64, u64)>; 3] = [
    ("all to the fund", |(share, ..)| *share == 0),
    ("rounded", |(share, fees, _)| {
        u128::from(*share) * u128::from(*fees) % 1_000_000_000 != 0
    }),
    ("dust", |(_, fees, _)| *fees < 100),
];

#[test]
fn the_parts_of_a_fee_add_up_and_the_fund_has_what_rounds() {
    for_all("split", collected(), &COLLECTIONS, |(share, fees, more)| {
        let params = FeeParams {
            treasury_ppb: *share,
            ..FeeParams::default()
        };
        let split = |atoms: u64| params.split(Atoms::new(atoms));
        let (all, larger) = (split(*fees), split(*fees + *more));
        prop_assert_eq!(all.fund.get() + all.treasury.get(), *fees, "to the atom");
        let exact = u128::from(*share) * u128::from(*fees) / 1_000_000_000;
        prop_assert_eq!(u128::from(all.treasury.get()), exact, "down");
        prop_assert!(all.fund >= all.treasury, "at least half");
        prop_assert!(larger.fund >= all.fund && larger.treasury >= all.treasury);
        // Dividing what is collected in two steps never gives the treasury more.
        let later = split(*more);
        prop_assert!(all.treasury.get() + later.treasury.get() <= larger.treasury.get());
        Ok(())
    });
}

prop_compose! {
    fn pegged()(
        call in any::<bool>(),
        spot in 1_000_000_000u64..5_000_000_000_000,
        percent in 20u64..500,
        vol in 50_000u32..3_000_000,
        offset_ppm in -1_000_000i32..=1_000_000,
        more in 0u32..200_000,
        seconds in prop_oneof![0i64..7_200, 0i64..31_536_000],
    ) -> Pegged {
        let strike = Price::new(spot / 100 * percent);
        let kind = if call { Kind::Call } else { Kind::Put };
        let (spot, vol) = (Price::new(spot), Vol::new(vol));
        (Peg { kind, strike, spot, vol, offset_ppm, seconds }, more)
    }
}

fn asked(peg: &Peg) -> (u64, u64) {
    let price = |side| peg.price(side).get();
    (price(MakerSide::Buys), price(MakerSide::Sells))
}

const PEGS: [Class<Pegged>; 5] = [
    ("call", |(peg, _)| peg.kind == Kind::Call),
    ("put", |(peg, _)| peg.kind == Kind::Put),
    ("below the least volatility", |(peg, _)| {
        i64::from(peg.vol.get()) + i64::from(peg.offset_ppm) < 1_000
    }),
    ("time value", |(peg, _)| {
        asked(peg).0 > intrinsic(peg.kind, peg.spot, peg.strike).get() + 1_000_000
    }),
    ("nothing", |(peg, _)| asked(peg).0 == 0),
];

/// The exact price, quote scaled 1e9, rounded down.
fn exact(peg: &Peg) -> u64 {
    let vol = (i64::from(peg.vol.get()) + i64::from(peg.offset_ppm)).clamp(1_000, 10_000_000);
    let terms = Terms {
        kind: peg.kind,
        spot: peg.spot,
        strike: peg.strike,
        seconds: peg.seconds,
        rate_ppb: 0,
        yield_ppb: 0,
        vol: Ppb::new(vol as u64 * 1_000),
    };
    (european_price(&terms).expect("in range") / 1_000_000_000) as u64
}

#[test]
fn a_pegged_price_lies_on_its_makers_side_of_the_exact_one_and_rises_with_the_offset() {
    for_all("peg", pegged(), &PEGS, |(peg, more)| {
        let (bid, ask) = asked(peg);
        let spread = 2 * peg.spot.max(peg.strike).get().div_ceil(1_000_000);
        prop_assert!(ask - bid <= spread);
        let exact = exact(peg);
        prop_assert!(bid <= exact && exact <= ask, "{} {} {}", bid, exact, ask);
        prop_assert!(ask >= intrinsic(peg.kind, peg.spot, peg.strike).get());
        let offset_ppm = peg.offset_ppm.saturating_add(*more as i32);
        let dearer = asked(&Peg { offset_ppm, ..*peg });
        prop_assert!(dearer.0 + spread >= bid);
        Ok(())
    });
}

type Guarded = (u64, u64);

const GUARDS: [Class<Guarded>; 3] = [
    ("cheap", |(mark, _)| *mark < 1_000_000),
    ("dear", |(mark, _)| *mark > 100_000_000_000),
    ("slip", |(_, slip)| *slip > 0),
];

#[test]
fn a_guard_price_stays_within_the_band_around_mark_and_rounds_for_its_owner() {
    let marks = prop_oneof![1u64..1_000_000, 1u64..10_000_000_000_000_000];
    let given = (marks, prop_oneof![Just(0u64), 0u64..=MARK_BAND_PPB]);
    for_all("guard", given, &GUARDS, |(mark, slip)| {
        let mark = Price::new(*mark);
        let (up, down) = (
            guard_price(mark, *slip, MakerSide::Buys),
            guard_price(mark, *slip, MakerSide::Sells),
        );
        prop_assert!(near_mark(up, mark, Price::ZERO) && near_mark(down, mark, Price::ZERO));
        prop_assert!(down <= mark && mark <= up);
        let exact = |ppb: u64| u128::from(mark.get()) * u128::from(ppb);
        prop_assert!(u128::from(up.get()) * 1_000_000_000 <= exact(1_000_000_000 + slip));
        prop_assert!(u128::from(down.get()) * 1_000_000_000 >= exact(1_000_000_000 - slip));
        Ok(())
    });
}

#[test]
fn the_band_is_five_percent_with_both_ends() {
    let mark = Price::new(1_000);
    for (price, near) in [
        (949, false),
        (950, true),
        (1_000, true),
        (1_050, true),
        (1_051, false),
    ] {
        assert_eq!(
            near_mark(Price::new(price), mark, Price::new(1)),
            near,
            "{price}"
        );
    }
    let nothing = |price| near_mark(Price::new(price), Price::ZERO, Price::new(7));
    assert!(nothing(0) && nothing(7) && !nothing(8));
}

type Traded = (i64, i64, i64, i64);

const TRADES: [Class<Traded>; 4] = [
    ("worth less, needs less", |(v, r, dv, dr)| {
        *dv < 0 && *dr < 0 && *v > 0 && *r > 0
    }),
    ("insolvent", |(v, ..)| *v < 0),
    ("kept", |case| kept(case)),
    ("not kept", |case| !kept(case)),
];

fn kept((value, requirement, dv, dr): &Traded) -> bool {
    let before = Standing {
        value: *value,
        requirement: *requirement,
    };
    let requirement = (requirement + dr).max(0);
    let after = Standing {
        value: value + dv,
        requirement,
    };
    keeps_ratio(before, after)
}

#[test]
fn a_ratio_is_kept_exactly_where_the_fraction_is() {
    let amount = 1_000_000_000i64;
    let given = (
        -amount..10 * amount,
        1..10 * amount,
        -amount..amount,
        -amount..amount,
    );
    for_all("ratio", given, &TRADES, |case| {
        let (value, requirement, dv, dr) = *case;
        // What needs nothing more and is worth no less is kept, for whoever is solvent.
        if value >= 0 && dv >= 0 && dr <= 0 {
            prop_assert!(kept(case));
        }
        // Value alone may not go.
        if dv < 0 {
            prop_assert!(!kept(&(value, requirement, dv, 0)));
        }
        // Against the fraction in floats, where they can tell.
        let needs = (requirement + dr).max(0);
        if needs > 0 {
            let was = value as f64 / requirement as f64;
            let is = (value + dv) as f64 / needs as f64;
            if (is - was).abs() > 1e-6 * was.abs().max(1.0) {
                prop_assert_eq!(kept(case), is > was);
            }
        }
        Ok(())
    });
}

#[test]
fn a_guard_stands_from_its_part_of_the_value_down() {
    for (value, health, part, stands) in [
        (1_000, 300, 300_000_000, true),
        (1_000, 301, 300_000_000, false),
        (1_000, -5, 0, true),
        (1_000, 1, 0, false),
        (-10, -5, 1_000_000_000, false),
        (-10, -20, 1_000_000_000, true),
        (i64::MAX, i64::MAX, 1_000_000_000, true),
    ] {
        assert_eq!(
            guard_stands(value, health, part),
            stands,
            "{value} {health} {part}"
        );
    }
}
