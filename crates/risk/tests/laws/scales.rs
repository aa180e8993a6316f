//! Two scales of initial margin in one computation are two computations.

use crate::book::{any_book, Book};
use crate::cases::{for_all, Class};
use crate::common::account;
use backstop_risk::margin::{assess, Assessment, MarginParams, Portfolio, Regime};
use proptest::prelude::*;

/// The account at a scale, and at another one beside it.
fn at(book: &Book, im_scale_ppb: u64, least_scale_ppb: u64) -> Assessment {
    let (params, holdings) = (MarginParams::default(), book.holdings());
    let portfolio = Portfolio {
        debt_atoms: book.debt,
        ..account(book.quote, &holdings, &book.legs)
    };
    let regime = Regime {
        im_scale_ppb,
        least_scale_ppb,
        ..Regime::of(&params)
    };
    assess(&portfolio, &regime).expect("within range")
}

type Case = (Book, u64, u64);

const CLASSES: [Class<Case>; 4] = [
    ("equal scales", |(_, scale, least)| scale == least),
    ("the least of all", |(_, scale, least)| {
        *least == 1_000_000_000 && scale > least
    }),
    ("the requirements differ", |(book, scale, least)| {
        let both = at(book, *scale, *least);
        both.r_im_least < both.r_im
    }),
    ("held by the greatest loss", |(book, scale, least)| {
        let both = at(book, *scale, *least);
        scale > least && both.r_im_least == both.r_im && both.r_im > 0
    }),
];

#[test]
fn the_requirement_at_the_least_scale_is_that_of_a_computation_at_it() {
    let scale = prop_oneof![Just(1_000_000_000u64), 1_000_000_000u64..4_000_000_000];
    let cases = (any_book(), scale.clone(), scale)
        .prop_map(|(book, one, other)| (book, one.max(other), one.min(other)));
    for_all("scales", cases, &CLASSES, |(book, scale, least)| {
        let both = at(book, *scale, *least);
        let low = at(book, *least, *least);
        prop_assert_eq!(both.at_least_scale(), low);
        let high = at(book, *scale, *scale);
        prop_assert_eq!(
            Assessment {
                r_im_least: high.r_im,
                ..both
            },
            high
        );
        Ok(())
    });
}
