//! The corpus of `docs/scenario-corpus.md`: what people hold, in all combinations.

use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{Holding, Leg};
use backstop_risk::pricing::Kind;

pub const SPOT: u64 = 150_000_000_000;
/// One contract.
pub const ONE: i64 = 1_000_000;
/// Days to the near expiry and to the far one.
pub const TENORS: [(i64, i64); 5] = [(1, 7), (7, 30), (30, 90), (90, 180), (180, 365)];
/// Volatility at the money, ppm.
pub const VOLS: [u32; 4] = [300_000, 500_000, 800_000, 1_500_000];
/// The centre of a structure, percent of spot.
pub const CENTRES: [i64; 9] = [50, 70, 85, 95, 100, 105, 115, 140, 200];
/// Distance between its strikes, percent of spot.
pub const WIDTHS: [i64; 4] = [3, 10, 25, 60];

use Kind::{Call as C, Put as P};

/// Legs as (kind, steps from the centre, contracts, far expiry).
type Shape = (&'static str, &'static [(Kind, i64, i64, bool)]);

/// Every structure, bought; the corpus sells each as well.
pub const SHAPES: [Shape; 18] = [
    ("call", &[(C, 0, 1, false)]),
    ("put", &[(P, 0, 1, false)]),
    ("call spread", &[(C, 0, 1, false), (C, 1, -1, false)]),
    ("put spread", &[(P, 0, 1, false), (P, -1, -1, false)]),
    ("straddle", &[(C, 0, 1, false), (P, 0, 1, false)]),
    ("strangle", &[(C, 1, 1, false), (P, -1, 1, false)]),
    (
        "butterfly",
        &[(C, -1, 1, false), (C, 0, -2, false), (C, 1, 1, false)],
    ),
    (
        "iron condor",
        &[
            (P, -2, 1, false),
            (P, -1, -1, false),
            (C, 1, -1, false),
            (C, 2, 1, false),
        ],
    ),
    ("risk reversal", &[(C, 1, 1, false), (P, -1, -1, false)]),
    ("call ratio", &[(C, 0, 1, false), (C, 1, -2, false)]),
    ("put ratio", &[(P, 0, 1, false), (P, -1, -2, false)]),
    ("call calendar", &[(C, 0, -1, false), (C, 0, 1, true)]),
    ("put calendar", &[(P, 0, -1, false), (P, 0, 1, true)]),
    (
        "straddle calendar",
        &[
            (C, 0, -1, false),
            (P, 0, -1, false),
            (C, 0, 1, true),
            (P, 0, 1, true),
        ],
    ),
    ("call diagonal", &[(C, 1, -1, false), (C, 0, 1, true)]),
    ("put diagonal", &[(P, -1, -1, false), (P, 0, 1, true)]),
    (
        "reversal calendar",
        &[
            (C, 0, 1, false),
            (P, 0, -1, false),
            (C, 0, -1, true),
            (P, 0, 1, true),
        ],
    ),
    (
        "spread calendar",
        &[
            (C, 0, 1, false),
            (C, 1, -1, false),
            (C, 0, -1, true),
            (C, 1, 1, true),
        ],
    ),
];

/// What lies beside the options: quote, or these holdings.
pub const COLLATERALS: [&str; 5] = [
    "quote",
    "stable coin",
    "one unit of the underlying",
    "a tenth of a unit and stable coin",
    "a staked form of the underlying, two units, and stable coin",
];

fn underlying(units: u64, weight_im: u64, weight_mm: u64) -> Holding {
    let value_atoms = units * 150;
    Holding {
        value_atoms,
        im_atoms: value_atoms * weight_im / 1_000,
        mm_atoms: value_atoms * weight_mm / 1_000,
        contracts_equivalent: units,
        moves_with_spot: true,
        wrong_way_ppb: 0,
    }
}

fn stable(value_atoms: u64) -> Holding {
    Holding {
        value_atoms,
        im_atoms: value_atoms * 95 / 100,
        mm_atoms: value_atoms * 98 / 100,
        ..Holding::default()
    }
}

/// The holdings of [`COLLATERALS`], by index.
pub fn holdings(index: usize) -> Vec<Holding> {
    match index {
        1 => vec![stable(1_000_000_000)],
        2 => vec![underlying(1_000_000, 800, 900)],
        3 => vec![underlying(100_000, 800, 900), stable(1_000_000_000)],
        4 => {
            // Redeemed by the unit, so it covers nothing.
            let staked = Holding {
                contracts_equivalent: 0,
                ..underlying(2_000_000, 700, 800)
            };
            vec![staked, stable(500_000_000)]
        }
        _ => Vec::new(),
    }
}

/// Volatility with a smile: up by a tenth of itself for each 25 % the strike lies away.
fn smile(vol: u32, percent: i64) -> Vol {
    let away = (percent - 100).unsigned_abs().min(100);
    Vol::new((u64::from(vol) * (1_000 + 4 * away) / 1_000) as u32)
}

/// The legs of a structure at a place on the surface; `side` is 1 bought, -1 sold.
pub fn legs(shape: usize, tenor: usize, vol: u32, centre: i64, width: i64, side: i64) -> Vec<Leg> {
    let days = TENORS[tenor];
    let leg = |(kind, steps, contracts, far): &(Kind, i64, i64, bool)| {
        let percent = (centre + steps * width).max(10);
        Leg {
            kind: *kind,
            strike: Price::new(SPOT / 100 * percent.unsigned_abs()),
            seconds_to_expiry: 86_400 * if *far { days.1 } else { days.0 },
            quantity: Contracts::new(side * contracts * ONE),
            vol: smile(vol, percent),
            vol_gap_ppm: 0,
            // The far expiry of one pair is the near one of the next.
            expiry_index: (tenor + usize::from(*far)) as u8,
        }
    };
    SHAPES[shape].1.iter().map(leg).collect()
}
