//! What a collateral counts: order of its three numbers, and that more never counts less.

use crate::cases::{for_all, Class};
use backstop_quantities::{Price, UnixSeconds};
use backstop_risk::collateral::{
    market_counts, CollateralParams, CollateralTerms, Nature, Quotation,
};
use backstop_risk::margin::Holding;
use backstop_risk::RiskError;
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000;

#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub terms: CollateralTerms,
    pub quoted: Quotation,
    pub atoms: u64,
}

impl Case {
    pub fn worth(&self) -> Holding {
        let params = CollateralParams::default();
        let now = UnixSeconds::new(NOW);
        self.terms
            .holding(self.atoms, &self.quoted, now, &params)
            .expect("in range")
    }

    fn market_counts(&self) -> bool {
        let params = CollateralParams::default();
        market_counts(&self.quoted, UnixSeconds::new(NOW), &params)
    }
}

prop_compose! {
    pub fn any_case()(
        nature in prop::sample::select(vec![
            Nature::Underlying, Nature::Staked, Nature::Staked, Nature::Stable, Nature::Other,
        ]),
        decimals in 6u8..=9,
        weight_im_ppb in 0u64..=1_000_000_000,
        cut in 0u64..=1_000_000_000,
        listed_before in prop_oneof![Just(10_000_000i64), -1_000i64..700_000],
        // Around par for a stable coin, around 0.8 to 1.1 of redemption for a staked token.
        price_ppb in 800_000_000u64..1_100_000_000,
        below_for in prop_oneof![Just(None), (0i64..10_000).prop_map(Some)],
        whole in prop_oneof![Just(0u64), 1u64..100, 1u64..1_000_000, 1_000_000u64..1_000_000_000],
        wrong_way_ppb in 0u64..=400_000_000,
    ) -> Case {
        let base = if nature == Nature::Stable { 1_000_000_000 } else { 160_000_000_000 };
        let market = Price::new(base / 1_000 * price_ppb / 1_000_000);
        let terms = CollateralTerms {
            nature,
            decimals,
            weight_im_ppb,
            weight_mm_ppb: weight_im_ppb.max(cut),
            size_atoms: 1_000_000_000_000,
            wrong_way_ppb,
            listed_at: UnixSeconds::new(NOW - listed_before),
        };
        let quoted = Quotation {
            market,
            redemption: Price::new(base),
            below_since: below_for.map(|s| UnixSeconds::new(NOW - s)),
        };
        // Up to 1 000 000 units with all the digits of the mint.
        Case { terms, quoted, atoms: whole * 10u64.pow(u32::from(decimals)) / 1_000 + whole % 7 }
    }
}

fn classes() -> Vec<Class<Case>> {
    vec![
        ("underlying", |c| c.terms.nature == Nature::Underlying),
        ("stable", |c| c.terms.nature == Nature::Stable),
        ("other", |c| c.terms.nature == Nature::Other),
        ("staked at redemption", |c| {
            c.terms.nature == Nature::Staked && !c.market_counts()
        }),
        ("staked at market", |c| {
            c.terms.nature == Nature::Staked && c.market_counts()
        }),
        ("value raised to maintenance", |c| {
            let got = c.worth();
            c.terms.nature == Nature::Staked
                && got.value_atoms > 0
                && got.value_atoms == got.mm_atoms
                && c.terms.weight_mm_ppb < 1_000_000_000
        }),
        ("peg partly lost", |c| {
            let price = c.quoted.market.get();
            c.terms.nature == Nature::Stable && (950_000_001..990_000_000).contains(&price)
        }),
        ("peg lost", |c| {
            c.terms.nature == Nature::Stable && c.quoted.market.get() <= 950_000_000
        }),
        ("beyond the size", |c| {
            c.worth().value_atoms > 1_000_000_000_000
        }),
        ("young", |c| c.terms.listed_at.get() > NOW - 604_800),
        ("none", |c| c.atoms == 0),
    ]
}

#[test]
fn counts_are_ordered_and_add_up_to_no_more_than_the_worth() {
    for_all("order", any_case(), &classes(), |case| {
        let got = case.worth();
        prop_assert!(got.im_atoms <= got.mm_atoms && got.mm_atoms <= got.value_atoms);
        let unit = 10f64.powi(i32::from(case.terms.decimals));
        let dearest = case.quoted.market.max(case.quoted.redemption).get() as f64 / 1e3;
        prop_assert!(got.value_atoms as f64 <= case.atoms as f64 / unit * dearest * (1.0 + 1e-12));
        let moves = matches!(case.terms.nature, Nature::Underlying | Nature::Staked);
        prop_assert_eq!(got.moves_with_spot, moves && case.atoms > 0);
        let units = match case.terms.nature {
            Nature::Underlying => u128::from(case.atoms) * 1_000_000 / unit as u128,
            _ => 0,
        };
        prop_assert_eq!(u128::from(got.contracts_equivalent), units);
        prop_assert!(case.atoms == 0 || got.wrong_way_ppb == case.terms.wrong_way_ppb);
        Ok(())
    });
}

#[test]
fn more_of_it_never_counts_less_and_initial_margin_ever_less_of_it() {
    let cases = (any_case(), 1u64..1_000_000_000_000_000);
    let mut classes: Vec<Class<(Case, u64)>> = vec![
        ("crosses the size", |(c, more)| {
            let fuller = Case {
                atoms: c.atoms + more,
                ..*c
            };
            c.worth().value_atoms < 1_000_000_000_000
                && fuller.worth().value_atoms > 1_000_000_000_000
        }),
        ("beyond the size", |(c, _)| {
            c.worth().value_atoms > 1_000_000_000_000
        }),
    ];
    classes.push(("staked", |(c, _)| c.terms.nature == Nature::Staked));
    classes.push(("stable", |(c, _)| c.terms.nature == Nature::Stable));
    for_all("amount", cases, &classes, |(case, more)| {
        let at = |atoms| Case { atoms, ..*case }.worth();
        let (one, two, three) = (
            at(case.atoms),
            at(case.atoms + more),
            at(case.atoms + 2 * more),
        );
        prop_assert!(one.value_atoms <= two.value_atoms && one.mm_atoms <= two.mm_atoms);
        prop_assert!(one.im_atoms <= two.im_atoms);
        prop_assert!(one.contracts_equivalent <= two.contracts_equivalent);
        // Concave, to the roundings of three numbers.
        prop_assert!(2 * two.im_atoms + 4 >= one.im_atoms + three.im_atoms);
        Ok(())
    });
}

#[test]
fn a_higher_price_never_counts_less() {
    let cases = (any_case(), 0u64..200_000_000);
    let classes: [Class<(Case, u64)>; 4] = [
        ("stable", |(c, _)| c.terms.nature == Nature::Stable),
        ("stable crosses par", |(c, more)| {
            let price = c.quoted.market.get();
            c.terms.nature == Nature::Stable
                && price < 1_000_000_000
                && price + more > 1_000_000_000
        }),
        ("staked leaves the market price", |(c, more)| {
            c.terms.nature == Nature::Staked
                && c.market_counts()
                && !dearer(c, *more).market_counts()
        }),
        ("other", |(c, _)| c.terms.nature == Nature::Other),
    ];
    fn dearer(case: &Case, more_ppb: u64) -> Case {
        let price = u128::from(case.quoted.market.get());
        let rise = match case.terms.nature {
            Nature::Stable => u128::from(more_ppb),
            _ => price * u128::from(more_ppb) / 1_000_000_000,
        };
        let market = Price::new((price + rise) as u64);
        Case {
            quoted: Quotation {
                market,
                ..case.quoted
            },
            ..*case
        }
    }
    for_all("price", cases, &classes, |(case, more)| {
        let (low, high) = (case.worth(), dearer(case, *more).worth());
        prop_assert!(low.im_atoms <= high.im_atoms);
        prop_assert!(low.mm_atoms <= high.mm_atoms);
        prop_assert!(low.value_atoms <= high.value_atoms);
        Ok(())
    });
}

#[test]
fn terms_beyond_their_bounds_are_refused() {
    let good = CollateralTerms {
        nature: Nature::Other,
        decimals: 9,
        weight_im_ppb: 800_000_000,
        weight_mm_ppb: 900_000_000,
        size_atoms: 1_000_000_000_000,
        wrong_way_ppb: 0,
        listed_at: UnixSeconds::new(0),
    };
    assert_eq!(good.validate(), Ok(()));
    let refused = |terms: CollateralTerms, name| {
        assert_eq!(terms.validate(), Err(RiskError::ParameterOutOfBounds(name)));
    };
    refused(
        CollateralTerms {
            weight_im_ppb: 900_000_001,
            ..good
        },
        "weight_im_ppb",
    );
    refused(
        CollateralTerms {
            weight_mm_ppb: 1_000_000_001,
            ..good
        },
        "weight_mm_ppb",
    );
    refused(
        CollateralTerms {
            size_atoms: 1,
            ..good
        },
        "size_atoms",
    );
    refused(
        CollateralTerms {
            wrong_way_ppb: 400_000_001,
            ..good
        },
        "wrong_way_ppb",
    );
    refused(
        CollateralTerms {
            decimals: 17,
            ..good
        },
        "decimals",
    );
    let quoted = Quotation {
        market: Price::ZERO,
        redemption: Price::ZERO,
        below_since: None,
    };
    let params = CollateralParams::default();
    let worth = |atoms| good.holding(atoms, &quoted, UnixSeconds::new(NOW), &params);
    assert_eq!(worth(1), Err(RiskError::ZeroPrice));
    assert_eq!(
        worth(0),
        Ok(Holding::default()),
        "no balance needs no price"
    );
    let dear = Quotation {
        market: Price::MAX,
        ..quoted
    };
    let much = good.holding(u64::MAX, &dear, UnixSeconds::new(NOW), &params);
    assert_eq!(much, Err(RiskError::TooLarge));
}
