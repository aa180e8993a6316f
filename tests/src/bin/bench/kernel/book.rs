//! Random portfolios of four kinds, written as `bench/vm` reads them.

use super::random::Random;

const EXPIRIES: usize = 8;
const LEGS: usize = 32;
const DAY: u64 = 86_400;
const CONTRACT: u64 = 1_000_000;
const QUOTE: u64 = 1_000_000;

/// What a portfolio is like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Character {
    /// Mostly short, nothing bounds its loss.
    Naked,
    /// Every short leg has a long one of the same kind and expiry behind it: the loss is bounded.
    Spreads,
    /// Short calls covered by the underlying, short puts: the loss is bounded.
    Covered,
    /// Longs and shorts as they come.
    Mixed,
}

const CHARACTERS: [Character; 4] = [
    Character::Naked,
    Character::Spreads,
    Character::Covered,
    Character::Mixed,
];

struct Leg {
    put: bool,
    expiry: u8,
    strike: u64,
    quantity: i64,
    vol_ppm: u32,
}

/// A portfolio of 32 legs and four collaterals, of which fewer can be written.
pub struct Draft {
    spot: u64,
    seconds: [u64; EXPIRIES],
    legs: Vec<Leg>,
    covering: u64,
    impaired: u8,
}

impl Draft {
    /// The portfolio of a seed: spot 10 to 100 000, expiries in 25 to 180 days in no order, in every second one a day or
    /// two ahead, where gamma counts, strikes within
    /// a quarter of the spot, volatility 70 % to 160 %, 0.1 to 1 000 contracts a leg.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let character = CHARACTERS[(seed % 4) as usize];
        let spot = random.scaled(1e10, 1e14) as u64;
        let mut seconds = [(); EXPIRIES].map(|()| random.between(25 * DAY, 180 * DAY));
        if seed % 8 < 4 {
            seconds[(seed / 8 % 8) as usize] = random.between(DAY, 2 * DAY);
        }
        let mut legs: Vec<Leg> = Vec::new();
        while legs.len() < LEGS {
            let leg = leg(&mut random, spot, character);
            legs.push(leg);
            if character == Character::Spreads {
                legs.push(behind(&mut random, legs.last().expect("a leg"), spot));
            }
        }
        let short_calls = legs.iter().filter(|leg| !leg.put && leg.quantity < 0);
        let covering = match character {
            Character::Covered => short_calls.map(|leg| leg.quantity.unsigned_abs()).sum(),
            _ => random.between(0, 100) * CONTRACT,
        };
        Self {
            spot,
            seconds,
            legs,
            covering,
            // One expiry in eight.
            impaired: 1 << random.between(0, 8),
        }
    }

    /// The same with a short call in front that nothing in it can cover: whatever else it holds, its loss
    /// has no bound.
    pub fn exposed(mut self) -> Self {
        let first = &mut self.legs[0];
        (first.put, first.quantity) = (false, -20_000 * CONTRACT as i64);
        self
    }

    /// Its first `legs` legs with its first `holdings` collaterals.
    pub fn written(&self, legs: usize, holdings: usize) -> Vec<u8> {
        let mut bytes = [self.spot, 500_000 * QUOTE, 1_000 * QUOTE]
            .map(u64::to_le_bytes)
            .concat();
        for seconds in self.seconds {
            bytes.extend((seconds as u32).to_le_bytes());
        }
        bytes.push(self.impaired);
        bytes.push(holdings as u8);
        for holding in self.holdings().iter().take(holdings) {
            bytes.extend(holding);
        }
        bytes.push(legs as u8);
        for leg in self.legs.iter().take(legs) {
            bytes.push(u8::from(leg.put) | leg.expiry << 1);
            bytes.extend(leg.strike.to_le_bytes());
            bytes.extend(leg.quantity.to_le_bytes());
            bytes.extend(leg.vol_ppm.to_le_bytes());
        }
        bytes
    }

    /// The underlying, a staked form of it, another coin, a second currency.
    fn holdings(&self) -> [Vec<u8>; 4] {
        let worth =
            |contracts: u64| (u128::from(contracts) * u128::from(self.spot) / 1_000_000_000) as u64;
        let staked = 20 * CONTRACT;
        [
            Holding::new(worth(self.covering), 90, 95).of(self.covering),
            Holding::new(worth(staked), 80, 90).of(staked),
            Holding::new(40_000 * QUOTE, 70, 80).falling(300_000_000),
            Holding::new(10_000 * QUOTE, 95, 98),
        ]
        .map(|holding| holding.written())
    }
}

/// A collateral: worth, percent of it at both tiers, contracts if it is the underlying, wrong-way part.
struct Holding {
    worth: u64,
    percent: [u64; 2],
    contracts: u64,
    wrong_way_ppb: u32,
}

impl Holding {
    fn new(worth: u64, im_percent: u64, mm_percent: u64) -> Self {
        Self {
            worth,
            percent: [im_percent, mm_percent],
            contracts: 0,
            wrong_way_ppb: 0,
        }
    }

    fn of(self, contracts: u64) -> Self {
        Self { contracts, ..self }
    }

    fn falling(self, wrong_way_ppb: u32) -> Self {
        Self {
            wrong_way_ppb,
            ..self
        }
    }

    fn written(&self) -> Vec<u8> {
        let [im, mm] = self.percent.map(|percent| self.worth / 100 * percent);
        let mut bytes = vec![u8::from(self.contracts > 0)];
        for number in [self.worth, im, mm, self.contracts] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.wrong_way_ppb.to_le_bytes());
        bytes
    }
}

fn leg(random: &mut Random, spot: u64, character: Character) -> Leg {
    let short = match character {
        Character::Naked => random.chance(80),
        Character::Spreads => true,
        Character::Covered => random.chance(90),
        Character::Mixed => random.chance(50),
    };
    let size = random.scaled(1e5, 1e9) as i64;
    Leg {
        put: random.chance(50),
        expiry: random.between(0, EXPIRIES as u64) as u8,
        strike: strike(random, spot),
        quantity: if short { -size } else { size },
        vol_ppm: random.between(700_000, 1_600_000) as u32,
    }
}

/// Within a quarter of the spot.
fn strike(random: &mut Random, spot: u64) -> u64 {
    (spot as f64 * random.scaled(0.8, 1.25)) as u64
}

/// As much of the same kind and expiry, long.
fn behind(random: &mut Random, leg: &Leg, spot: u64) -> Leg {
    Leg {
        strike: strike(random, spot),
        quantity: -leg.quantity,
        vol_ppm: random.between(700_000, 1_600_000) as u32,
        ..*leg
    }
}
