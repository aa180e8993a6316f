//! No leg grows beyond 2^47 quote atoms at its strike, which is as much as margin computes later.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Side};
use backstop_interface::BackstopError::AmountOverflow;
use backstop_risk::margin::MAX_LEG_ATOMS;
use backstop_testkit::{expect_landed, Stage};

use super::{ask, bid, order, outcomes, told, ANY};
use crate::setup::{by_ledger, expiry, fund, leg, open, refuse, series, LOT, PRICE, QUOTE};

/// Atoms everybody deposits: a hundred million quote.
const RICH: u64 = 100_000_000 * QUOTE;

/// Whole lots of the 1 000 call that fit one leg: a millionth of a contract is worth 1 000 atoms.
const MOST: u64 = MAX_LEG_ATOMS / 1_000 / LOT * LOT;

/// Everybody is rich; the stranger and the writer bid for far calls, the keeper has sold the writer all but a lot of
/// what a leg may hold.
fn nearly_full() -> (Stage, SeriesKeys) {
    let mut stage = open();
    let mint = stage.keys.quote_mint;
    for name in ["writer", "stranger", "keeper", "buyer"] {
        let owner = backstop_testkit::pubkey(name);
        stage.world.fund(&owner, &mint, RICH);
        fund(&mut stage, name, RICH);
    }
    let week = expiry(&mut stage, 7);
    let call = series(&mut stage, &week, 1_000 * PRICE, OptionKind::Call);
    expect_landed(stage.fill_quote("writer", "keeper", &call, MOST - LOT, 1));
    (stage, call)
}

#[test]
fn the_most_is_the_limit_to_the_lot() {
    let worth = |contracts: u64| contracts * 1_000;
    assert!(worth(MOST) <= MAX_LEG_ATOMS && worth(MOST + LOT) > MAX_LEG_ATOMS);
}

#[test]
fn fill_offer_rejects_what_makes_a_leg_too_large_on_either_side() {
    let (mut stage, call) = nearly_full();
    expect_landed(stage.place("stranger", &call, ask(1, PRICE, 2 * LOT)));
    let given = by_ledger(&stage, "writer", ("stranger", 1), &call, 2 * LOT);
    refuse(&mut stage, "writer", &given, AmountOverflow);
    expect_landed(stage.place("keeper", &call, ask(1, PRICE, 2 * LOT)));
    let given = by_ledger(&stage, "buyer", ("keeper", 1), &call, 2 * LOT);
    refuse(&mut stage, "buyer", &given, AmountOverflow);
    // The last lot fits, and whoever is at the limit may go back.
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &call, LOT));
    assert_eq!(leg(&stage, "writer", &call), MOST as i64);
    expect_landed(stage.fill_quote("keeper", "writer", &call, LOT, PRICE));
}

#[test]
fn a_sweep_skips_a_maker_whose_leg_would_be_too_large() {
    let (mut stage, call) = nearly_full();
    expect_landed(stage.place("writer", &call, bid(1, PRICE, 2 * LOT)));
    expect_landed(stage.place("stranger", &call, bid(1, PRICE, 2 * LOT)));
    let offers = [("writer", 1), ("stranger", 1)];
    let sold = order(&stage, &call, Side::Bid, 2 * LOT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[sold], ANY));
    let too_large: u32 = AmountOverflow.into();
    assert_eq!(
        outcomes(&told(&stage, &landed)),
        [(0, too_large), (2 * LOT, 0)]
    );
    assert_eq!(leg(&stage, "writer", &call), (MOST - LOT) as i64);
}
