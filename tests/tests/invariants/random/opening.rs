//! Where every run begins.

use backstop_interface::accounts::StoredSurface;
use backstop_interface::params::{MarketParams, RecapitalisationNumbers};
use backstop_testkit::invariants::{Books, Shadow};
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{Genesis, Stage};
use backstop_tests::program_so;

use super::play::{Play, ACTORS, PRICE, QUOTE};
use super::prices::Blur;
use super::table::Table;

/// Volatility everybody agrees on, 85 % or so.
pub fn surface(size: u16) -> StoredSurface {
    let lift = u32::from(size % 100) * 1_000;
    let atm_vol_ppm = [900_000, 850_000, 800_000, 780_000, 760_000, 750_000].map(|vol| vol + lift);
    StoredSurface {
        atm_vol_ppm,
        skew_ppm: 0,
        curvature_ppm: 0,
    }
}

/// `CreateShard` as `create_shard`; none for a name that is not in camel case.
fn snake_case(name: &str) -> Option<String> {
    if !name.starts_with(char::is_uppercase) {
        return None;
    }
    let letters = name.chars().flat_map(|letter| {
        [
            letter.is_uppercase().then_some('_'),
            Some(letter.to_ascii_lowercase()),
        ]
    });
    let spelt: String = letters.flatten().collect();
    Some(spelt.trim_start_matches('_').to_owned())
}

/// Markets there are to play in.
pub const MARKETS: usize = 2;

/// The market of a seed: one of four plays in the second.
pub fn market_of(seed: u64) -> u64 {
    u64::from((seed / 2).is_multiple_of(4))
}

/// Three settlement points, and small lots with a low threshold in the backstop auction, so that short runs
/// get through all stages. In the second market the Reserve line can be used up, added loss costs a contribution,
/// the stable coin's cap is soon reached, and all mints belong to Token-2022.
fn genesis(market: u64) -> Genesis {
    let defaults = Genesis::default().params;
    let mut params = MarketParams {
        settlement_points: 3,
        recapitalisation: RecapitalisationNumbers {
            lot_atoms: 200 * QUOTE,
            ..defaults.recapitalisation
        },
        recapitalisation_least_atoms: 10 * QUOTE,
        surface_max_age_seconds: 86_400,
        ..defaults
    };
    let (mut staked, mut stable) = (NewCollateral::staked(), NewCollateral::stable());
    let narrow = market == 1;
    (staked.token_2022, stable.token_2022) = (narrow, narrow);
    if narrow {
        params.reserve_line_atoms = 1_000_000 * QUOTE;
        params.stress.contribution_ppb = 1_000_000;
        stable.args.cap_atoms = 100_000 * QUOTE;
    }
    Genesis {
        params,
        others: vec![staked, stable],
        token_2022: narrow,
        ..Genesis::default()
    }
}

impl Play {
    /// A sealed market with funded actors: where every run of it begins.
    pub fn opening(market: u64) -> Self {
        let mut stage = Stage::open(program_so(), &genesis(market));
        stage.world = stage.world.without_signature_checks();
        for name in ACTORS {
            stage.actor(name, 5_000_000 * QUOTE, 20_000_000_000_000);
            stage.fund_other(name, "staked", 20_000_000_000_000);
            stage.fund_other(name, "stable", 5_000_000 * QUOTE);
        }
        let books = Books::read(&stage.world);
        let shadow = Shadow::of(&mut stage.world);
        let mut play = Self {
            stage,
            books,
            shadow,
            table: Table::default(),
            expiries: Vec::new(),
            series: Vec::new(),
            offers: Vec::new(),
            requests: Vec::new(),
            exercises: Vec::new(),
            price: 200 * PRICE,
            other_permille: [1_000; 2],
            blur: Blur::default(),
            nonce: 0,
        };
        // Genesis has landed already, each instruction under the name the program logs.
        for cost in play.stage.world.costs().entries() {
            if let Some(name) = snake_case(&cost.name) {
                let count = play.table.of(&name);
                count.attempted += 1;
                count.landed += 1;
            }
        }
        play
    }
}
