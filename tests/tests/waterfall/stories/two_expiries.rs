//! An estate short in two expiries: each gets its share of the cash, once.

use backstop_client::ExpiryKeys;
use backstop_interface::accounts::OptionKind;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use crate::setting::{Play, PRICE, QUOTE};

const CASH: u64 = 75_880 * QUOTE;

/// The writer sold 600 puts of the first expiry and 400 of a later one and is an estate at 80.
fn estate() -> (Play, ExpiryKeys) {
    let mut play = Play::open();
    let later = play.next_expiry(5);
    let put = later.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &put));
    play.sell_puts("writer", 600, 70_000);
    play.sell("writer", &put, 400, 6);
    play.jump(80);
    expect_landed(play.liquidate("keeper", "writer"));
    play.wait_healthy(1_200);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.cash("writer"), CASH);
    (play, later)
}

/// Shares of the cash by the part of the loss, rounded up.
fn share_of_first(play: &Play, later: &ExpiryKeys) -> u64 {
    let account = play.account_of("writer").expect("estate");
    let weight = |expiry: &ExpiryKeys| {
        let slot = account
            .expiry_index(expiry.expires_at)
            .expect("short in it");
        u128::from(account.expiries[slot].estate_share)
    };
    let (first, second) = (weight(&play.expiry), weight(later));
    assert!(first > second && second > 0, "600 puts weigh more than 400");
    (u128::from(CASH) * first).div_ceil(first + second) as u64
}

fn later_expires_at(play: &mut Play, later: &ExpiryKeys, price: u64) {
    play.pass_expiry(later, price);
    expect_landed(play.fold_series(&later.series(200 * PRICE, OptionKind::Put)));
    expect_landed(play.settle("writer", later));
}

#[test]
fn the_first_expiry_takes_its_share_and_not_an_atom_of_the_others() {
    let (mut play, later) = estate();
    let expiry = play.expiry;
    let share = share_of_first(&play, &later);
    let before = play.balances();
    play.expire_at(80);
    expect_landed(play.settle("writer", &expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.escrow_atoms, books.debts_atoms),
        (share, 72_000 * QUOTE - share)
    );
    assert_eq!(play.cash("writer"), CASH - share);
    let greedy = play.ask_repay("writer", &expiry);
    play.refuses(greedy.clone(), "keeper", BackstopError::NothingToSettle);

    later_expires_at(&mut play, &later, 80);
    assert_eq!(
        play.expiry_of(&later).escrow_atoms,
        CASH - share,
        "the rest, to the last atom"
    );
    assert_eq!(play.cash("writer"), 0);
    play.refuses(greedy, "keeper", BackstopError::NothingToSettle);
    expect_landed(play.close_estate("keeper", "writer"));
    play.assert_books(&before);
}

/// What the later expiry does not need falls back to the first.
#[test]
fn what_one_expiry_leaves_the_other_gets() {
    let (mut play, later) = estate();
    let expiry = play.expiry;
    let share = share_of_first(&play, &later);
    play.expire_at(80);
    expect_landed(play.settle("writer", &expiry));
    let before = play.balances();
    later_expires_at(&mut play, &later, 200);
    assert_eq!(
        (play.expiry_of(&later).escrow_atoms, play.cash("writer")),
        (0, CASH - share)
    );
    expect_landed(play.repay("writer", &expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!((books.escrow_atoms, books.debts_atoms), (72_000 * QUOTE, 0));
    assert_eq!(play.cash("writer"), CASH - 72_000 * QUOTE);
    expect_landed(play.close_estate("keeper", "writer"));
    assert_eq!(
        play.fund().assets_atoms,
        CASH - 72_000 * QUOTE,
        "the surplus"
    );
    play.assert_books(&before);
}
