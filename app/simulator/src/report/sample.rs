//! An invented recording over the default scenario's prices, for tests of the report: plausible shapes, no chain.

use super::{
    AuctionPoint, Bid, Claim, Event, FundPoint, HealthPoint, LossShares, Meta, Recording,
    Settlement, Stage, Vault,
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
            landed_count: 4_321,
            refused_count: 2,
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
            let point = HealthPoint {
                at: step.at,
                health_atoms,
                value_atoms: health_atoms + 90_000_000_000,
            };
            if !sold {
                recording.record_health(name, point);
            }
        }
    }
}

fn record_auctions(recording: &mut Recording, path: &Path) {
    let start = path.first().at;
    for (name, from, size, fall) in [
        ("Ada", 1_420, 300_000_i64, 380_i64),
        ("Chloe", 1_500, 180_000, 170),
    ] {
        let auction = recording.auction_mut(name);
        for second in (0..1_200_i64).step_by(10) {
            let price_atoms = (size - fall * second) * 1_000_000;
            auction.points.push(AuctionPoint {
                at: start + from + second,
                price_atoms,
            });
        }
        for (second, bidder, part) in [
            (150, "Noor", 20),
            (160, "Noor", 20),
            (520, "Otto", 35),
            (990, "Rosa", 60),
        ] {
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
    let levels = [
        (0, 60_000),
        (1_400, 60_310),
        (2_410, 47_200),
        (2_490, 31_000),
        (3_360, 31_000),
        (8_800, 12_000),
    ];
    for (second, fund) in levels.into_iter().chain([(28_700, 0), (50_300, 850)]) {
        let point = FundPoint {
            at: start + second,
            fund_atoms: fund * 1_000_000,
            reserve_atoms: 0,
        };
        recording.fund.push(point);
    }
}

/// Second of the replay, stage, who, what, quote units if any, sentence.
const EVENTS: &str = "\
0|market|SOL/USD|opens||207.06, volatility 120 % a year
5|trade|Ada|deposit|531200|Ada posts collateral for her puts
10|trade|Farah|fill|9841|Farah buys 7,727.23 puts at 207 from Ada
1420|seize|keeper-1|trigger||Ada is below maintenance; keeper-1 freezes her account
1500|seize|keeper-2|trigger||Chloe is below maintenance; keeper-2 freezes her account
1570|auction|Noor|bid|48600|Noor pays for a fifth of Ada's portfolio
1660|auction|Noor|bid|30900|Noor pays for a fifth of Chloe's portfolio
2410|insurance|Rosa|bid|-13110|the fund pays Rosa to take three fifths of Ada
2490|insurance|Rosa|bid|-16200|the fund pays Rosa to take three fifths of Chloe
2700|estate|keeper-1|estate||nobody took the rest of Ada: it becomes an estate
6960|settle|keeper-3|price fixed||mean of 30 final points
8800|settle|keeper-1|collect|611000|every short has paid what it can
21500|backstop|Pia|lot|25000|Pia buys one lot of recapitalisation tokens
50300|socialise|keeper-2|haircut|93580|one haircut of 8.4 % for every holder
50310|socialise|Farah|redeem|-701200|Farah is paid and receives a recovery claim";

fn timeline(path: &Path) -> Vec<Event> {
    let stage_of = |name: &str| Stage::ALL.into_iter().find(|stage| stage.label() == name);
    let event = |line: &str| {
        let cells: Vec<&str> = line.split('|').collect();
        let at = path.first().at + cells[0].parse::<i64>().expect("a number");
        Event {
            at,
            price: path.price_at(at),
            stage: stage_of(cells[1]).expect("a stage"),
            who: cells[2].into(),
            what: cells[3].into(),
            amount_atoms: cells[4].parse::<i64>().ok().map(|units| units * 1_000_000),
            text: cells[5].into(),
        }
    };
    EVENTS.lines().map(event).collect()
}

fn settlement() -> Settlement {
    let loss = LossShares {
        loss_atoms: 812_345_678_901,
        defaulter_atoms: 676_765_678_900,
        bidders_atoms: -42_310_000_000,
        insurance_atoms: 59_310_000_000,
        backstop_atoms: 25_000_000_000,
        haircut_atoms: 93_580_000_001,
        ..LossShares::default()
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
        claims: vec![
            claim("Farah", 52_110_250_000),
            claim("Gustav", 41_469_750_001),
        ],
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
    Recording {
        price: vec![Step {
            at: 1_700_000_000,
            price: 1_000_000_000,
        }],
        ..Recording::default()
    }
}
