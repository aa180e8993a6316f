//! Which of the 33 scenarios decide a requirement on the corpus of `docs/scenario-corpus.md`.

mod corpus;

use backstop_quantities::Price;
use backstop_risk::margin::{
    assess, describe, Holding, Leg, MarginParams, Portfolio, Regime, PLAIN_EXPIRIES,
    SCENARIO_COUNT, TAIL_COUNT,
};
use corpus::{holdings, legs, CENTRES, COLLATERALS, SHAPES, SPOT, TENORS, VOLS, WIDTHS};

/// Scenarios that decide no requirement of the corpus, at either tier: with SOL's parameters, and with
/// those of BTC and ETH.
const NEVER: [&[u8]; 2] = [&[], &[]];
/// The first tail among the scenarios.
const FIRST_TAIL: usize = 18;

/// How often each scenario decided, at IM and at MM.
struct Tally {
    portfolios: u32,
    decided: [[u32; SCENARIO_COUNT]; 2],
    /// For each tail, the most of an initial requirement that would go with it, ppm of the requirement
    /// or, if that is smaller, of a quote.
    tail_part_ppm: [i64; TAIL_COUNT],
}

impl Tally {
    fn add(&mut self, legs: &[Leg], held: &[Holding], params: &MarginParams) {
        self.portfolios += 1;
        // Initial margin's scenario is read by giving maintenance the credit and weights of it.
        let as_initial = MarginParams {
            long_credit_mm_ppb: params.long_credit_im_ppb,
            ..*params
        };
        let lowered: Vec<Holding> = held
            .iter()
            .map(|h| Holding {
                mm_atoms: h.im_atoms,
                ..*h
            })
            .collect();
        self.decide(0, legs, &lowered, &as_initial);
        self.decide(1, legs, held, params);
    }

    fn decide(&mut self, tier: usize, legs: &[Leg], held: &[Holding], params: &MarginParams) {
        let portfolio = Portfolio {
            spot: Price::new(SPOT),
            confidence_ppb: 0,
            quote_atoms: 1_000_000_000,
            debt_atoms: 0,
            holdings: held,
            legs,
            expiries: &PLAIN_EXPIRIES,
        };
        let got = assess(&portfolio, &Regime::of(params)).expect("within range");
        let worst = usize::from(got.worst_scenario);
        self.decided[tier][worst] += 1;
        if let (0, Some(tail @ 0..TAIL_COUNT)) = (tier, worst.checked_sub(FIRST_TAIL)) {
            let mut without = *params;
            without.tail_damp_ppb[tail] = 0;
            let rest = assess(&portfolio, &Regime::of(&without))
                .expect("within range")
                .r_im;
            let part = (got.r_im - rest) * 1_000_000 / got.r_im.max(1_000_000);
            self.tail_part_ppm[tail] = self.tail_part_ppm[tail].max(part);
        }
    }

    fn never(&self) -> Vec<u8> {
        let both = |index: &u8| {
            self.decided
                .iter()
                .all(|tier| tier[usize::from(*index)] == 0)
        };
        // The first is the account as it is: 0 stands for no loss anywhere.
        (1..SCENARIO_COUNT as u8).filter(both).collect()
    }

    fn print(&self, name: &str, params: &MarginParams) {
        println!(
            "{name}: {} portfolios; scenario, decides IM, decides MM",
            self.portfolios
        );
        for index in 0..SCENARIO_COUNT as u8 {
            let scenario = describe(index, params).expect("exists");
            let [im, mm] = self.decided.map(|tier| tier[usize::from(index)]);
            let percent = scenario.spot_ppb as f64 / 1e7;
            println!(
                "{index:2} | {percent:.1} % {:?} | {im} | {mm}",
                scenario.vol
            );
        }
        println!("{name}: never {:?}", self.never());
        println!("{name}: tails carry up to {:?} ppm", self.tail_part_ppm);
    }
}

/// Splitmix64.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) % below as u64) as usize
}

/// Every structure, bought and sold, at every tenor, volatility, centre, width and collateral.
fn structures(tally: &mut Tally, params: &MarginParams) {
    for shape in 0..SHAPES.len() {
        for tenor in 0..TENORS.len() {
            for (vol, centre) in VOLS.into_iter().flat_map(|v| CENTRES.map(|c| (v, c))) {
                for (width, side) in WIDTHS.into_iter().flat_map(|w| [(w, 1), (w, -1)]) {
                    let legs = legs(shape, tenor, vol, centre, width, side);
                    for collateral in 0..COLLATERALS.len() {
                        tally.add(&legs, &holdings(collateral), params);
                    }
                }
            }
        }
    }
}

/// Two to four structures in one account, drawn at random, one volatility for the account.
fn mixtures(tally: &mut Tally, params: &MarginParams, count: u32) {
    let mut state = 3;
    for _ in 0..count {
        let vol = VOLS[random(&mut state, VOLS.len())];
        let mut book = Vec::new();
        for _ in 0..2 + random(&mut state, 3) {
            let shape = random(&mut state, SHAPES.len());
            let tenor = random(&mut state, TENORS.len());
            let centre = CENTRES[random(&mut state, CENTRES.len())];
            let width = WIDTHS[random(&mut state, WIDTHS.len())];
            let side = [1, -1, 3, -3][random(&mut state, 4)];
            book.extend(legs(shape, tenor, vol, centre, width, side));
        }
        let collateral = random(&mut state, COLLATERALS.len());
        tally.add(&book, &holdings(collateral), params);
    }
}

fn tally(name: &str, params: &MarginParams) -> Tally {
    let mut tally = Tally {
        portfolios: 0,
        decided: [[0; SCENARIO_COUNT]; 2],
        tail_part_ppm: [0; TAIL_COUNT],
    };
    structures(&mut tally, params);
    mixtures(&mut tally, params, 200_000);
    tally.print(name, params);
    tally
}

#[test]
fn the_scenarios_that_never_decide_are_the_named_ones() {
    let sol = MarginParams::default();
    let mut calmer = MarginParams {
        scan_ppb: 250_000_000,
        ..sol
    };
    calmer.tail_damp_ppb[2] = 280_000_000;
    calmer.tail_damp_ppb[3] = 140_000_000;
    assert_eq!(tally("SOL", &sol).never(), NEVER[0]);
    assert_eq!(tally("BTC, ETH", &calmer).never(), NEVER[1]);
}
