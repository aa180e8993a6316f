use backstop_client::series::close_series;
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::OptionKind::{Call, Put};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Snapshot, Stage};

use crate::setup::{
    assert_only_changed, expiry, fund, offer, open, refuse, series, swapped, totals, CONTRACT, LOT,
    PRICE, QUOTE,
};

/// An expiry with a put and a call nobody has used.
fn unused() -> (Stage, ExpiryKeys, SeriesKeys) {
    let mut stage = open();
    let week = expiry(&mut stage, 7);
    let put = series(&mut stage, &week, 200 * PRICE, Put);
    series(&mut stage, &week, 200 * PRICE, Call);
    (stage, week, put)
}

#[test]
fn its_creator_takes_back_a_series_that_was_never_used() {
    let (mut stage, week, put) = unused();
    let lying = stage.world.lamports(&put.series);
    let (before, rich) = (
        Snapshot::whole(&stage.world),
        stage.world.lamports(&pubkey("keeper")),
    );
    expect_landed(stage.close_series("keeper", &put));
    let changed = [put.series, week.expiry, pubkey("keeper")];
    assert_only_changed(&before, &stage, &changed);
    assert!(stage.world.account(&put.series).is_none());
    assert_eq!(stage.world.lamports(&pubkey("keeper")), rich + lying);
    let params = stage.view().market.params;
    assert!(lying > params.series_deposit_lamports);
    assert_eq!(stage.expiry_of(&week).series_count, 1);
}

/// The mint outlives its series; whoever creates the series again finds it as it was, and trades in it.
#[test]
fn a_series_closed_is_created_again_by_anyone_on_the_same_mint() {
    let (mut stage, week, put) = unused();
    expect_landed(stage.close_series("keeper", &put));
    let mint = stage.world.account(&put.option_mint);
    expect_landed(stage.create_series("stranger", &put));
    assert_eq!(stage.world.account(&put.option_mint), mint);
    assert_eq!(stage.creator_of_series(&put), pubkey("stranger"));
    assert_eq!(stage.expiry_of(&week).series_count, 2);
    fund(&mut stage, "writer", 10_000 * QUOTE);
    offer(&mut stage, &put, 1, CONTRACT);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
    assert_eq!(totals(&stage, &put), (CONTRACT, 0, CONTRACT));
    assert_eq!(stage.world.supply(&put.option_mint), CONTRACT);
}

/// What was traded and closed again leaves it unused; nobody's offer keeps it.
#[test]
fn a_series_whose_contracts_were_all_closed_is_closed() {
    let (mut stage, _, put) = unused();
    fund(&mut stage, "writer", 10_000 * QUOTE);
    offer(&mut stage, &put, 1, CONTRACT);
    expect_landed(stage.write_option("writer", &put, CONTRACT));
    let given = close_series(pubkey("keeper"), &put, pubkey("keeper"));
    refuse(&mut stage, "keeper", &given, BackstopError::SeriesInUse);
    expect_landed(stage.deposit_option("writer", &put, CONTRACT));
    assert_eq!(totals(&stage, &put), (0, 0, 0));
    expect_landed(stage.close_series("keeper", &put));
}

/// An offer in a series that is gone can never be filled: anyone closes it, with the rent to its maker.
#[test]
fn offers_in_a_closed_series_are_closed_by_anyone() {
    let (mut stage, _, put) = unused();
    fund(&mut stage, "writer", 10_000 * QUOTE);
    offer(&mut stage, &put, 1, CONTRACT);
    let offered = stage.offer("writer", 1);
    expect_landed(stage.close_series("keeper", &put));
    let (rich, rent) = (
        stage.world.lamports(&pubkey("writer")),
        stage.world.lamports(&offered),
    );
    expect_landed(stage.close_offer("writer", 1, &put));
    assert!(stage.world.account(&offered).is_none());
    assert_eq!(stage.world.lamports(&pubkey("writer")), rich + rent);
}

#[test]
fn close_series_rejects_everybody_but_the_creator_until_its_second() {
    let (mut stage, week, put) = unused();
    let given = close_series(pubkey("stranger"), &put, pubkey("keeper"));
    refuse(&mut stage, "stranger", &given, BackstopError::WrongCreator);
    let stolen = close_series(pubkey("stranger"), &put, pubkey("stranger"));
    refuse(&mut stage, "stranger", &stolen, BackstopError::WrongCreator);
    stage.world.warp_to(week.expires_at - 1);
    refuse(&mut stage, "stranger", &given, BackstopError::WrongCreator);
    stage.world.advance(1);
    refuse(&mut stage, "stranger", &stolen, BackstopError::WrongCreator);
    expect_landed(stage.close_series("stranger", &put));
}

#[test]
fn close_series_rejects_a_series_with_the_least_contract() {
    let (mut stage, _, put) = unused();
    fund(&mut stage, "writer", 10_000 * QUOTE);
    fund(&mut stage, "buyer", 1_000 * QUOTE);
    offer(&mut stage, &put, 1, CONTRACT);
    let given = close_series(pubkey("keeper"), &put, pubkey("keeper"));
    let mut as_tokens = stage.clone();
    expect_landed(as_tokens.buy_tokens("buyer", "writer", 1, &put, LOT));
    refuse(&mut as_tokens, "keeper", &given, BackstopError::SeriesInUse);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
    refuse(&mut stage, "keeper", &given, BackstopError::SeriesInUse);
}

#[test]
fn close_series_rejects_another_expiry_or_mint() {
    let (mut stage, week, put) = unused();
    let month = expiry(&mut stage, 30);
    let low = series(&mut stage, &week, 190 * PRICE, Put);
    let given = close_series(pubkey("keeper"), &put, pubkey("keeper"));
    for (from, to, error) in [
        (week.expiry, month.expiry, BackstopError::WrongExpiry),
        (put.option_mint, low.option_mint, BackstopError::WrongMint),
    ] {
        let bent = swapped(given.clone(), &from, &to);
        refuse(&mut stage, "keeper", &bent, error);
    }
}
