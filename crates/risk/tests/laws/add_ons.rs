//! Each add-on moves one way with what it measures, and touches the tier it is for.

use crate::book::{any_book, soon, Book, SLACK};
use crate::books::any_leg;
use crate::cases::{for_all, Class};
use crate::common::{account, underlying, weighed, SPOT};
use backstop_risk::margin::{
    assess, Assessment, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, Regime,
    PLAIN_EXPIRIES,
};
use proptest::prelude::*;

const BOOKS: [Class<(Book, u32)>; 4] = [
    ("bounded", |(b, _)| b.is_bounded()),
    ("unbounded", |(b, _)| !b.is_bounded()),
    ("with underlying", |(b, _)| b.units > 0),
    ("several expiries", |(b, _)| b.expiries() > 1),
];

fn under(book: &Book, expiries: &[ExpiryTerms; 8], regime: &Regime) -> Assessment {
    let holdings = book.holdings();
    let portfolio = Portfolio {
        debt_atoms: book.debt,
        expiries,
        ..account(book.quote, &holdings, &book.legs)
    };
    assess(&portfolio, regime).expect("within range")
}

#[test]
fn the_scale_raises_initial_margin_alone() {
    let params = MarginParams::default();
    let mut classes = BOOKS.to_vec();
    classes.push(("asks for more", |(book, more)| {
        let scaled = Book {
            scale: 1_000_000_000 + u64::from(*more),
            ..book.clone()
        };
        let plain = Book {
            scale: 1_000_000_000,
            ..book.clone()
        };
        scaled.assessed().r_im > plain.assessed().r_im
    }));
    let cases = (any_book(), 0u32..2_000_000_000);
    for_all("scale", cases, &classes, |(book, more)| {
        let at = |im_scale_ppb| {
            let regime = Regime {
                im_scale_ppb,
                ..Regime::of(&params)
            };
            under(book, &PLAIN_EXPIRIES, &regime)
        };
        let low = 1_000_000_000 + u64::from(*more) / 2;
        let (plain, less, most) = (
            at(1_000_000_000),
            at(low),
            at(1_000_000_000 + u64::from(*more)),
        );
        prop_assert!(plain.r_im <= less.r_im && less.r_im <= most.r_im);
        prop_assert_eq!(
            (plain.r_mm, plain.v_mm, plain.v_im),
            (most.r_mm, most.v_mm, most.v_im)
        );
        Ok(())
    });
}

/// Of shorts alone, a scaled requirement is at least as many times the scenarios' part.
#[test]
fn shorts_alone_are_scaled_at_least_in_proportion() {
    let params = MarginParams {
        short_floor_im_ppb: 0,
        short_floor_mm_ppb: 0,
        concentration_ppb: 0,
        gamma_ppb: 0,
        ..MarginParams::default()
    };
    let naked = any_leg().prop_map(|leg| Leg {
        kind: backstop_risk::pricing::Kind::Call,
        quantity: backstop_quantities::Contracts::new(-(leg.quantity.magnitude() as i64)),
        ..soon(&leg)
    });
    let cases = (prop::collection::vec(naked, 1..5), 0u64..2_000_000_000);
    let classes: [Class<(Vec<Leg>, u64)>; 3] = [
        ("several legs", |(legs, _)| legs.len() > 1),
        ("hours to expiry", |(legs, _)| {
            legs.iter().any(|l| l.expiry_index == 3)
        }),
        ("twice or more", |(_, more)| *more >= 1_000_000_000),
    ];
    for_all("shorts", cases, &classes, |(legs, more)| {
        let at = |im_scale_ppb| {
            let regime = Regime {
                im_scale_ppb,
                ..Regime::of(&params)
            };
            assess(&account(0, &[], legs), &regime)
                .expect("within range")
                .r_im
        };
        let (plain, scaled) = (at(1_000_000_000), at(1_000_000_000 + more));
        let least = i128::from(plain) * i128::from(1_000_000_000 + more) / 1_000_000_000;
        // Factors are rounded to 2^-30.
        prop_assert!(
            i128::from(scaled) + least / 100_000_000 + 10 >= least,
            "{} for {}",
            scaled,
            least
        );
        Ok(())
    });
}

#[test]
fn a_volatility_gap_raises_initial_margin_alone() {
    let mut classes = BOOKS.to_vec();
    classes.push(("a wide gap", |(_, gap)| *gap > 200_000));
    for_all(
        "gap",
        (any_book(), 0u32..500_000),
        &classes,
        |(book, gap)| {
            let at = |vol_gap_ppm| {
                let wide = |leg: &Leg| Leg {
                    vol_gap_ppm,
                    ..*leg
                };
                Book {
                    legs: book.legs.iter().map(wide).collect(),
                    ..book.clone()
                }
                .assessed()
            };
            let (none, half, whole) = (at(0), at(gap / 2), at(*gap));
            prop_assert!(none.r_im <= half.r_im && half.r_im <= whole.r_im);
            prop_assert_eq!((none.r_mm, none.v_im), (whole.r_mm, whole.v_im));
            Ok(())
        },
    );
}

/// With and without it, at a time and at half of it: the nearer the expiry, the more.
#[test]
fn gamma_rises_as_expiry_comes_nearer_and_lies_within_its_rate() {
    let params = MarginParams::default();
    let without = MarginParams {
        gamma_ppb: 0,
        ..params
    };
    let naked = |legs: &[Leg], seconds_to_expiry| -> Vec<Leg> {
        let at = |leg: &Leg| Leg {
            seconds_to_expiry,
            ..*leg
        };
        legs.iter().map(at).collect()
    };
    let cases = (any_book(), 0u32..250_000);
    let classes: [Class<(Book, u32)>; 3] = [
        ("asked", |(book, seconds)| {
            *seconds < 172_800 && book.legs.iter().any(|leg| leg.quantity.is_short())
        }),
        ("too early", |(_, seconds)| *seconds >= 172_800),
        ("longs only", |(book, _)| {
            book.legs.iter().all(|leg| !leg.quantity.is_short())
        }),
    ];
    for_all("gamma", cases, &classes, |(book, seconds)| {
        // More calls short than anything offsets, so that no greatest loss hides it.
        let legs = book.legs.clone();
        let shorts: u64 = legs
            .iter()
            .filter(|l| l.quantity.is_short())
            .map(|l| l.quantity.magnitude())
            .sum();
        let far = Leg {
            strike: backstop_quantities::Price::new(4 * SPOT),
            ..crate::common::leg(backstop_risk::pricing::Kind::Call, 1, -20_000_000_000, 7)
        };
        let part = |seconds: i64| {
            let mut near = naked(&legs, seconds);
            near.push(far);
            let r = |params| {
                let got =
                    assess(&account(0, &[], &near), &Regime::of(params)).expect("within range");
                [got.r_im, got.r_mm]
            };
            let (with, bare) = (r(&params), r(&without));
            [with[0] - bare[0], with[1] - bare[1]]
        };
        let (early, late) = (part(i64::from(*seconds)), part(i64::from(seconds / 2)));
        let most = shorts as i64 * 150 / 10_000 * 188 + 150;
        prop_assert!(early[0] <= late[0] && early[1] <= late[1] + 1);
        prop_assert!((0..=most).contains(&late[0]), "{late:?} of {most}");
        prop_assert!((late[1] - late[0] * 8 / 10).abs() <= 2);
        prop_assert!(*seconds < 172_800 || early == [0, 0]);
        Ok(())
    });
}

#[test]
fn wrong_way_collateral_never_helps() {
    let cases = (any_book(), 0u32..=400_000_000);
    let mut classes = BOOKS.to_vec();
    classes.push(("lowers health", |(book, part)| {
        falling(book, 0).health_mm() > falling(book, *part).health_mm()
    }));
    for_all("wrong way", cases, &classes, |(book, part)| {
        let healths = [0, part / 2, *part].map(|part| {
            let got = falling(book, part);
            (got.health_im(), got.health_mm(), got.value)
        });
        prop_assert!(healths[0].0 >= healths[1].0 && healths[1].0 >= healths[2].0);
        prop_assert!(healths[0].1 >= healths[1].1 && healths[1].1 >= healths[2].1);
        // Worth today is worth today, to the error of prices: a value held at the least is lifted by that.
        let sizes = book.legs.iter().map(|leg| {
            let price = leg.strike.get().max(SPOT_PRICE);
            u128::from(leg.quantity.magnitude()) * u128::from(price) / 1_000_000_000
        });
        let error = sizes.sum::<u128>() as i64 / 2_000_000;
        prop_assert!((healths[0].2 - healths[2].2).abs() <= SLACK + error);
        Ok(())
    });
}

/// Above every spot of these tests.
const SPOT_PRICE: u64 = 300_000_000_000;

fn falling(book: &Book, wrong_way_ppb: u32) -> Assessment {
    let wrong = |holding: Holding| Holding {
        wrong_way_ppb: wrong_way_ppb.into(),
        ..holding
    };
    let holdings = [
        wrong(underlying(book.units)),
        wrong(weighed(book.stable, 95, 98)),
    ];
    let portfolio = Portfolio {
        debt_atoms: book.debt,
        ..account(book.quote, &holdings, &book.legs)
    };
    let params = MarginParams::default();
    assess(&portfolio, &Regime::of(&params)).expect("within range")
}

#[test]
fn an_impaired_expiry_never_helps_and_nothing_of_it_can_be_withdrawn() {
    let params = MarginParams::default();
    let cases = (any_book(), 0u32..1_100_000_000);
    let mut classes = BOOKS.to_vec();
    classes.push(("a long expiry", |(book, _)| {
        book.assessed().value > book.quote as i64 - book.debt as i64
    }));
    for_all("impaired", cases, &classes, |(book, haircut)| {
        let terms = |haircut: u32| {
            let credit = Credit::Impaired {
                haircut_ppb: haircut.into(),
            };
            [ExpiryTerms {
                credit,
                certain_atoms: 0,
            }; 8]
        };
        let plain = Regime::of(&params);
        let leaving = Regime {
            withdrawing: true,
            ..plain
        };
        let (none, half) = (
            under(book, &terms(0), &plain),
            under(book, &terms(haircut / 2), &plain),
        );
        let whole = under(book, &terms(*haircut), &plain);
        prop_assert_eq!(
            none,
            under(book, &PLAIN_EXPIRIES, &leaving),
            "an expiry that pays whole"
        );
        prop_assert!(none.health_im() >= half.health_im() && half.health_im() >= whole.health_im());
        prop_assert!(none.health_mm() >= half.health_mm() && half.health_mm() >= whole.health_mm());
        let drained = under(book, &terms(*haircut), &leaving);
        prop_assert!(drained.health_im() <= whole.health_im());
        prop_assert_eq!(drained.health_mm(), whole.health_mm());
        let worthless = under(book, &terms(1_000_000_000), &plain);
        prop_assert_eq!(drained.v_im, worthless.v_im);
        Ok(())
    });
}
