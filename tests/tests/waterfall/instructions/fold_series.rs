use backstop_client::settlement;
use backstop_interface::accounts::{ExpiryState, OptionKind};
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use crate::ask::swap;
use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

#[test]
fn fold_series_adds_payoffs_and_shorts_and_the_last_begins_collecting() {
    let mut play = Play::short_puts();
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    expect_landed(play.deposit_quote("second", 10_000 * QUOTE));
    let nonce = play.place("second", &call, 10, 6);
    expect_landed(play.buy_ledger("bidder", "second", nonce, &call, 10 * CONTRACT));
    play.pass_expiry(&expiry, 180);
    expect_landed(play.fold_series(&put));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.owed_atoms, books.unsettled_contracts),
        (20_000 * QUOTE, 1_000 * CONTRACT)
    );
    assert_eq!(
        (books.state(), books.folded_count),
        (ExpiryState::PriceFixed, 1)
    );
    assert!(play.series_of(&put).folded);
    expect_landed(play.fold_series(&call));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.owed_atoms, books.unsettled_contracts),
        (20_000 * QUOTE, 1_010 * CONTRACT)
    );
    assert_eq!(
        (books.state(), books.collecting_at),
        (ExpiryState::Collecting, play.world.now())
    );
}

#[test]
fn fold_series_rejects_a_series_of_another_expiry() {
    let mut play = Play::short_puts();
    let later = play.next_expiry(9);
    let other = later.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &other));
    let expiry = play.expiry;
    play.pass_expiry(&expiry, 80);
    let asked = swap(
        settlement::fold_series(&play.put),
        play.put.series,
        other.series,
    );
    play.refuses(asked, "keeper", BackstopError::WrongExpiry);
}

#[test]
fn fold_series_rejects_before_the_price_and_after_the_last() {
    let mut play = Play::short_puts();
    let asked = settlement::fold_series(&play.put);
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    play.expire_at(80);
    play.refuses(asked, "keeper", BackstopError::WrongExpiryState);
}

#[test]
fn fold_series_rejects_a_second_time() {
    let mut play = Play::short_puts();
    let (expiry, put) = (play.expiry, play.put);
    play.pass_expiry(&expiry, 80);
    expect_landed(play.fold_series(&put));
    play.refuses(
        settlement::fold_series(&put),
        "keeper",
        BackstopError::AlreadyFolded,
    );
}
