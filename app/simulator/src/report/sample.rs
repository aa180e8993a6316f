//! An invented recording over the default scenario's prices, for tests of the report: plausible shapes, no chain.

use super::{
    AuctionPoint, Bid, Claim, Event, FundPoint, HealthPoint, LossShares, Meta, Recording, Settlement, Stage, Vault,
};
use crate::path::{Path, Step};
use crate::scenario::{shipped, DEFAULT_NAME};

/// Contracts of each invented account and the price below which its health is negative, both × 1e9.
const ACCOUNTS: [(&str, i128, i128); 5] = [
    ("Ada", 7_700, 195_000_000_000),
    ("Bruno", 3_900, 180_000_000_000),
    ("Chloe", 4_800, 190_000_000_000),
    ("Dario", -1_000, 250_000_000_000),
    ("Emil", 900, 110_000_000_000),
];

/// The whole sample.
pub(crate) fn sample() -> Recording {
    let scenario = shipped(DEFAULT_NAME).expect("shipped");
    let path = scenario.own_path().expect("has anchors");
    let mut recording = Recording {
        meta: Meta {
            scenario: scenario.name,
            title: scenario.title,
            summary: scenario.summary,
            market: scenario.market.name,
            quote: scenario.market.quote,
            candles: None,
            seed: 7,
            program_sha256: "5b0e7f".repeat(10) + "abcd",
            sources: scenario.sources,
        },
        price: path.steps().to_vec(),
        settlement: Some(settlement()),
        ..Recording::default()
    };
    record_health(&mut recording, &path);
    record_auctions(&mut recording, &path);
    record_fund(&mut recording, &path);
    recording.timeline = timeline(&path);
    recording
}

fn record_health(recording: &mut Recording, path: &Path) {
    for step in path.steps().iter().step_by(2) {
        for (name, contracts, zero_price) in ACCOUNTS {
            let health = (i128::from(step.price) - zero_price) * contracts / 1_000;
            let health_atoms = i64::try_from(health).expect("small");
            let sold = name == "Ada" && step.at > path.first().at + 2_400;
            let point = HealthPoint { at: step.at, health_atoms, value_atoms: health_atoms + 90_000_000_000 };
            if !sold {
                recording.record_health(name, point);
            }
        }
    }
}

fn record_auctions(recording: &mut Recording, path: &Path) {
    let start = path.first().at;
    for (name, from, size, fall) in [("Ada", 1_420, 300_000_i64, 380_i64), ("Chloe", 1_500, 180_000, 170)] {
        let auction = recording.auction_mut(name);
        for second in (0..1_200_i64).step_by(10) {
            let price_atoms = (size - fall * second) * 1_000_000;
            auction.points.push(AuctionPoint { at: start + from + second, price_atoms });
        }
        for (second, bidder, part) in [(150, "Noor", 20), (160, "Noor", 20), (520, "Otto", 35), (990, "Rosa", 60)] {
            let price_atoms = (size - fall * second) * 1_000_000;
            auction.bids.push(Bid {
                at: start + from + second,
                bidder: bidder.into(),
                price_atoms,
                paid_atoms: price_atoms * part / 100,
                fraction_ppb: part as u64 * 10_000_000,
            });
        }
    }
}

fn record_fund(recording: &mut Recording, path: &Path) {
    let start = path.first().at;
    let levels = [(0, 60_000), (1_400, 60_310), (2_410, 47_200), (2_490, 31_000), (3_360, 31_000), (8_800, 12_000)];
    for (second, fund) in levels.into_iter().chain([(28_700, 0), (50_300, 850)]) {
        let point = FundPoint { at: start + second, fund_atoms: fund * 1_000_000, reserve_atoms: 0 };
        recording.fund.push(point);
    }
}

fn timeline(path: &Path) -> Vec<Event> {
    use Stage::{Auction, Backstop, Estate, Insurance, Market, Seize, Settle, Socialise, Trade};
    let rows: [(i64, Stage, &str, &str, Option<i64>, &str); 15] = [
        (0, Market, "SOL/USD", "opens", None, "207.06, volatility 120 % a year"),
        (5, Trade, "Ada", "deposit", Some(531_200_000_000), "Ada posts collateral for her puts"),
        (10, Trade, "Farah", "fill", Some(9_841_250_000), "Farah buys 7,727.23 puts at 207 from Ada"),
        (1_420, Seize, "keeper-1", "trigger", None, "Ada is below maintenance; keeper-1 freezes her account"),
        (1_500, Seize, "keeper-2", "trigger", None, "Chloe is below maintenance; keeper-2 freezes her account"),
        (1_570, Auction, "Noor", "bid", Some(48_600_000_000), "Noor pays for a fifth of Ada's portfolio"),
        (1_660, Auction, "Noor", "bid", Some(30_900_000_000), "Noor pays for a fifth of Chloe's portfolio"),
        (2_410, Insurance, "Rosa", "bid", Some(-13_110_000_000), "the fund pays Rosa to take three fifths of Ada"),
        (2_490, Insurance, "Rosa", "bid", Some(-16_200_000_000), "the fund pays Rosa to take three fifths of Chloe"),
        (2_700, Estate, "keeper-1", "estate", None, "nobody took the rest of Ada: it becomes an estate"),
        (6_960, Settle, "keeper-3", "price fixed", None, "mean of 30 final points"),
        (8_800, Settle, "keeper-1", "collect", Some(611_000_000_000), "every short has paid what it can"),
        (21_500, Backstop, "Pia", "lot", Some(25_000_000_000), "Pia buys one lot of recapitalisation tokens"),
        (50_300, Socialise, "keeper-2", "haircut", Some(93_580_000_000), "one haircut of 8.4 % for every holder"),
        (50_310, Socialise, "Farah", "redeem", Some(-701_200_500_000), "Farah is paid and receives a recovery claim"),
    ];
    let event = |(second, stage, who, what, amount_atoms, text): (i64, Stage, &str, &str, Option<i64>, &str)| {
        let at = path.first().at + second;
        let (who, what, text) = (who.to_owned(), what.to_owned(), text.to_owned());
        Event { at, price: path.price_at(at), stage, who, what, amount_atoms, text }
    };
    rows.map(event).to_vec()
}

fn settlement() -> Settlement {
    let loss = LossShares {
        loss_atoms: 812_345_678_901,
        defaulter_atoms: 676_765_678_900,
        bidders_atoms: -42_310_000_000,
        insurance_atoms: 59_310_000_000,
        backstop_atoms: 25_000_000_000,
        haircut_atoms: 93_580_000_001,
    };
    let claim = |holder: &str, claim_atoms| Claim {
        holder: holder.into(),
        expiry: "2025-10-10 22:45".into(),
        claim_atoms,
        repaid_atoms: 0,
    };
    let vault = |name: &str, mint: &str, decimals, atoms| Vault {
        name: name.into(),
        mint: mint.into(),
        decimals,
        expected_atoms: atoms,
        actual_atoms: atoms,
    };
    Settlement {
        loss,
        claims: vec![claim("Farah", 52_110_250_000), claim("Gustav", 41_469_750_001)],
        vaults: vec![
            vault("quote vault", "USDC", 6, 1_402_118_003_227),
            vault("SOL collateral", "SOL", 9, 6_118_442_000_000),
            vault("insurance fund", "USDC", 6, 850_000_000),
            vault("escrow 22:45", "USDC", 6, 1),
        ],
    }
}

/// A recording with one price and nothing else.
pub(crate) fn bare() -> Recording {
    Recording { price: vec![Step { at: 1_700_000_000, price: 1_000_000_000 }], ..Recording::default() }
}
