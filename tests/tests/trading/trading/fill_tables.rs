//! Fills at the limits of an account's tables: 32 legs, 8 expiries.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, MAX_EXPIRIES, MAX_LEGS};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Stage};

use crate::setup::{
    by_ledger, by_wallet, expiry, fund, open, put, refuse, series, terms, CONTRACT, LOT, PRICE,
    QUOTE,
};

/// Two rich writers and a rich buyer with margin accounts.
fn rich() -> Stage {
    let mut stage = open();
    for name in ["writer", "stranger", "buyer"] {
        fund(&mut stage, name, 500_000 * QUOTE);
    }
    stage
}

/// `count` puts of one expiry.
fn strikes(stage: &mut Stage, count: usize) -> Vec<SeriesKeys> {
    let week = expiry(stage, 7);
    let strike = |index: usize| (100 + index as u64) * PRICE;
    (0..count)
        .map(|index| series(stage, &week, strike(index), OptionKind::Put))
        .collect()
}

/// The 200 put of `count` expiries, a day apart.
fn expiries(stage: &mut Stage, count: usize) -> Vec<SeriesKeys> {
    let days = (2..).take(count);
    days.map(|day| {
        let expiry = expiry(stage, day);
        put(stage, &expiry)
    })
    .collect()
}

fn offer_all(stage: &mut Stage, writer: &str, all: &[SeriesKeys]) {
    for (nonce, series) in (0..).zip(all) {
        let terms = terms(nonce, PRICE, CONTRACT);
        expect_landed(stage.place_offer(writer, series, terms));
    }
}

/// The writer's table is filled by selling to wallets; one more series is refused, one he has is not.
#[track_caller]
fn writers_table(all: fn(&mut Stage, usize) -> Vec<SeriesKeys>, room: usize, error: BackstopError) {
    let mut stage = rich();
    let all = all(&mut stage, room + 1);
    offer_all(&mut stage, "writer", &all);
    for (nonce, series) in (0..).zip(&all[..room]) {
        expect_landed(stage.buy_tokens("buyer", "writer", nonce, series, LOT));
    }
    let given = by_wallet(&mut stage, ("writer", room as u64), &all[room], LOT);
    refuse(&mut stage, "buyer", &given, error);
    let landed = expect_landed(stage.buy_tokens("buyer", "writer", 0, &all[0], LOT));
    println!(
        "{room} rows: {} CU",
        landed.program_cu(&stage.world.program_id())
    );
}

/// The buyer's table is filled from one writer; one more series from another writer is refused.
#[track_caller]
fn buyers_table(all: fn(&mut Stage, usize) -> Vec<SeriesKeys>, room: usize, error: BackstopError) {
    let mut stage = rich();
    let all = all(&mut stage, room + 1);
    offer_all(&mut stage, "writer", &all);
    offer_all(&mut stage, "stranger", &all);
    for (nonce, series) in (0..).zip(&all[..room]) {
        expect_landed(stage.buy_ledger("buyer", "writer", nonce, series, LOT));
    }
    let given = by_ledger(&stage, "buyer", ("stranger", room as u64), &all[room], LOT);
    refuse(&mut stage, "buyer", &given, error);
    let landed = expect_landed(stage.buy_ledger("buyer", "writer", 0, &all[0], LOT));
    println!(
        "{room} rows on both sides: {} CU",
        landed.program_cu(&stage.world.program_id())
    );
}

#[test]
fn fill_offer_rejects_a_thirty_third_leg_of_the_writer() {
    writers_table(strikes, MAX_LEGS, BackstopError::LegTableFull);
}

#[test]
fn fill_offer_rejects_a_thirty_third_leg_of_the_buyer() {
    buyers_table(strikes, MAX_LEGS, BackstopError::LegTableFull);
}

#[test]
fn fill_offer_rejects_a_ninth_expiry_of_the_writer() {
    writers_table(expiries, MAX_EXPIRIES, BackstopError::ExpiryTableFull);
}

#[test]
fn fill_offer_rejects_a_ninth_expiry_of_the_buyer() {
    buyers_table(expiries, MAX_EXPIRIES, BackstopError::ExpiryTableFull);
}

/// A leg that is closed makes room again.
#[test]
fn a_closed_leg_frees_its_row() {
    let mut stage = rich();
    let all = strikes(&mut stage, MAX_LEGS + 1);
    offer_all(&mut stage, "writer", &all);
    offer_all(&mut stage, "stranger", &all);
    for (nonce, series) in (0..).zip(&all[..MAX_LEGS]) {
        expect_landed(stage.buy_tokens("buyer", "writer", nonce, series, LOT));
    }
    expect_landed(stage.buy_ledger("writer", "stranger", 5, &all[5], LOT));
    expect_landed(stage.buy_tokens("buyer", "writer", MAX_LEGS as u64, &all[MAX_LEGS], LOT));
}
