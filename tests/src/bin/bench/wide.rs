//! The widest transactions: sweeps of eight offers of eight makers, more and more of whose collaterals and expiries are
//! shown, until no node takes one more; and a settlement of every leg an account can have.

use backstop_client::orders::Order;
use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Side, MAX_LEGS};
use backstop_interface::ID;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_landed, Genesis, Landed, Outcome, Stage};
use backstop_tests::program_so;

use super::life::{surface, CONTRACT, PRICE, QUOTE, UNDERLYING};
use super::sheet::Sheet;

/// The makers, one offer each.
const MAKERS: [&str; 8] = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"];
/// Collaterals with feeds of their own: the first two of every second maker, the others of the others and the taker.
const OTHERS: [&str; 4] = ["staked", "stable", "staked two", "stable two"];

/// Measures in worlds of its own.
pub fn measure(sheet: &mut Sheet) {
    let (mut stage, series) = market();
    sheet.note(
        "sweep_8_offers_4_collaterals",
        sweep(&mut stage, &series, 0),
    );
    dearest_sweep(stage.clone(), &series, sheet);
    sheet.widen(widest_sweep(&mut stage, &series).wire);
    american(sheet);
    requests(&mut stage, sheet, &series[0]);
    settle(sheet);
}

/// Eight makers with four legs each and the taker, on both sides four collaterals; four series of an expiry in a week.
fn market() -> (Stage, Vec<SeriesKeys>) {
    let twin = |mut new: NewCollateral, name, feed| {
        (new.name, new.feed_id) = (name, [feed; 32]);
        new
    };
    let genesis = Genesis {
        others: vec![
            NewCollateral::staked(),
            NewCollateral::stable(),
            twin(NewCollateral::staked(), OTHERS[2], 13),
            twin(NewCollateral::stable(), OTHERS[3], 14),
        ],
        ..Genesis::default()
    };
    let mut stage = Stage::open(program_so(), &genesis);
    expect_landed(stage.publish_surface(&surface()));
    stage.actor("keeper", QUOTE, 0);
    let expiry = stage.next_expiry(7);
    expect_landed(stage.create_expiry("keeper", &expiry));
    let strikes = [180, 190, 200, 210].map(|strike| strike * PRICE);
    let series = strikes.map(|strike| expiry.series(strike, OptionKind::Put));
    for one in &series {
        expect_landed(stage.create_series("keeper", one));
    }
    for (index, name) in MAKERS.into_iter().chain(["taker"]).enumerate() {
        let own = [&OTHERS[..2], &OTHERS[2..]][index % 2];
        open(&mut stage, name, own);
        for one in &series {
            expect_landed(stage.write_option(name, one, CONTRACT));
        }
    }
    (stage, series.to_vec())
}

/// An account with quote, the underlying and these.
fn open(stage: &mut Stage, name: &str, others: &[&str]) {
    stage.actor(name, 100_000 * QUOTE, 10 * UNDERLYING);
    expect_landed(stage.open_account(name));
    expect_landed(stage.deposit_quote(name, 50_000 * QUOTE));
    expect_landed(stage.deposit_underlying(name, UNDERLYING));
    for other in others {
        stage.fund_other(name, other, UNDERLYING);
        expect_landed(stage.deposit_other(name, other, UNDERLYING));
    }
}

/// The taker buys a contract of every series, half of it from each of two makers, whose offers of this number he names.
fn sweep(stage: &mut Stage, series: &[SeriesKeys], nonce: u64) -> Outcome {
    let mut orders = Vec::new();
    for (one, makers) in series.iter().zip(MAKERS.chunks(2)) {
        for maker in makers {
            let offer = PlaceOfferArgs {
                nonce,
                premium_price: 20 * PRICE,
                contracts: CONTRACT / 2,
                ..PlaceOfferArgs::default()
            };
            expect_landed(stage.place(maker, one, offer));
        }
        let named = makers.iter().map(|maker| stage.named(maker, nonce));
        orders.push(Order::whole(one, Side::Ask, CONTRACT, named.collect()));
    }
    stage.sweep("taker", &orders, i64::MAX)
}

/// The same where every maker and the taker have every leg they can.
fn dearest_sweep(mut stage: Stage, series: &[SeriesKeys], sheet: &mut Sheet) {
    let more = (0..(MAX_LEGS - series.len()) as u64).map(|index| {
        series[0]
            .expiry
            .series((100 + index) * PRICE, OptionKind::Put)
    });
    for one in more {
        expect_landed(stage.create_series("keeper", &one));
        for name in MAKERS.into_iter().chain(["taker"]) {
            expect_landed(stage.write_option(name, &one, CONTRACT));
        }
    }
    sheet.note("sweep_8_offers_32_legs", sweep(&mut stage, series, 1));
}

/// The same with makers short American puts of one expiry after the other, which are all shown: the last that landed.
///
/// # Panics
/// If it is refused for anything but its number of accounts.
fn widest_sweep(stage: &mut Stage, series: &[SeriesKeys]) -> Landed {
    let mut last = None;
    for round in 1..=24 {
        let maker = MAKERS[round % MAKERS.len()];
        let expiry = stage.next_expiry(7 + round as i64);
        let put = expiry.series(200 * PRICE, OptionKind::AmericanPut);
        expect_landed(stage.create_expiry("keeper", &expiry));
        expect_landed(stage.create_series("keeper", &put));
        expect_landed(stage.write_option(maker, &put, CONTRACT));
        match sweep(stage, series, round as u64) {
            Ok(landed) => last = Some(landed),
            Err(failed) => {
                let why = failed.logs.first().map(String::as_str);
                let expected = "testkit: 65 accounts, 64 at most may be locked";
                assert_eq!(why, Some(expected), "{failed}");
                return last.expect("the first one landed");
            }
        }
    }
    panic!("twenty-four expiries fit")
}

/// Seizure of and bid for an account short two American puts in each of eight expiries, by one short two others in each:
/// every expiry is shown, and the collaterals of both.
fn american(sheet: &mut Sheet) {
    let genesis = Genesis {
        others: vec![NewCollateral::staked(), NewCollateral::stable()],
        ..Genesis::default()
    };
    let mut stage = Stage::open(program_so(), &genesis);
    expect_landed(stage.publish_surface(&surface()));
    stage.actor("keeper", QUOTE, 0);
    for name in ["writer", "bidder"] {
        open(&mut stage, name, &OTHERS[..2]);
    }
    for days in 1..=8 {
        let expiry = stage.next_expiry(2 * days);
        expect_landed(stage.create_expiry("keeper", &expiry));
        let sold = [
            ("writer", 200, 40),
            ("writer", 190, 40),
            ("bidder", 180, 1),
            ("bidder", 170, 1),
        ];
        for (name, strike, contracts) in sold {
            let put = expiry.series(strike * PRICE, OptionKind::AmericanPut);
            expect_landed(stage.create_series("keeper", &put));
            expect_landed(stage.write_option(name, &put, contracts * CONTRACT));
        }
    }
    stage.pass(20, 140 * PRICE);
    expect_landed(stage.tick());
    sheet.note(
        "liquidate_8_american_expiries",
        stage.liquidate("keeper", "writer"),
    );
    let slice = stage.bid("bidder", "writer", 10_000_000, i64::MAX);
    sheet.note("bid_8_american_expiries", slice);
}

/// A fill asked for and taken back; its execution is measured with the most legs.
fn requests(stage: &mut Stage, sheet: &mut Sheet, series: &SeriesKeys) {
    let offer = PlaceOfferArgs {
        nonce: 99,
        contracts: CONTRACT,
        pricing: backstop_interface::accounts::Pricing::Pegged { vol_offset_ppm: 0 },
        ..PlaceOfferArgs::default()
    };
    expect_landed(stage.place("m1", series, offer));
    let asked = (1, CONTRACT, 100 * PRICE);
    sheet.note(
        "request_fill",
        stage.request_fill("taker", ("m1", 99), series, asked),
    );
    stage.world.advance(3_600);
    sheet.note("void_fill", stage.void_fill("taker", 1));
}

/// Thirty-two shorts of one expiry, all in the money.
fn settle(sheet: &mut Sheet) {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = Stage::open(program_so(), &genesis);
    expect_landed(stage.publish_surface(&surface()));
    stage.actor("keeper", QUOTE, 0);
    stage.actor("writer", 1_000_000 * QUOTE, 0);
    expect_landed(stage.open_account("writer"));
    expect_landed(stage.deposit_quote("writer", 1_000_000 * QUOTE));
    let expiry = stage.next_expiry(7);
    expect_landed(stage.create_expiry("keeper", &expiry));
    let series: Vec<_> = (0..MAX_LEGS as u64)
        .map(|index| expiry.series((150 + 2 * index) * PRICE, OptionKind::Put))
        .collect();
    for one in &series {
        expect_landed(stage.create_series("keeper", one));
        expect_landed(stage.write_option("writer", one, CONTRACT));
    }
    stage.world.warp_to(expiry.expires_at);
    expect_landed(stage.sample(&expiry, 100 * PRICE));
    expect_landed(stage.fix_price(&expiry));
    for one in &series {
        expect_landed(stage.fold_series(one));
    }
    let landed = sheet.note("settle_account_32_legs", stage.settle("writer", &expiry));
    assert!(landed.program_cu(&ID) > 0);
}
