//! Legs of an expiry that is over leave the slice; the auction goes on with the rest.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, OptionKind};
use backstop_interface::event::AuctionEnded;
use backstop_testkit::expect_landed;
use backstop_testkit::pyth::PythPrice;

use crate::setting::{Play, ALL, CONTRACT, PRICE, QUOTE};

/// The writer is short 100 puts at 200 that ended a moment ago and 400 of a later expiry, was seized before at
/// 160, and the first point is open: nothing is settled.
fn seized_over_an_expiry(quote: u64) -> (Play, SeriesKeys) {
    let mut play = Play::open();
    let later = play.next_expiry(9);
    let far = later.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &far));
    play.sell_puts("writer", 100, quote);
    play.sell("writer", &far, 400, 10);
    expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
    let over = play.expiry.expires_at;
    play.world.warp_to(over - 600);
    play.set_price(160 * PRICE);
    expect_landed(play.tick());
    play.wait_healthy(130);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Auction);
    while play.world.now() < over {
        play.jump(160);
    }
    (play, far)
}

#[test]
fn bids_go_on_with_the_rest_while_the_price_is_not_fixed() {
    let (mut play, far) = seized_over_an_expiry(34_000);
    let (put, before) = (play.put, play.balances());
    let terms = play.terms("writer").expect("on auction");
    let worth = play.assess("bidder").value;
    expect_landed(play.bid("bidder", "writer", ALL / 2, i64::MAX));
    assert_eq!(play.leg("writer", &put), -100 * CONTRACT as i64);
    assert_eq!(play.leg("bidder", &put), 0);
    assert_eq!(play.leg("bidder", &far), -200 * CONTRACT as i64);
    // What he paid for is what he got: half the rest, at a discount. Puts that are over count as a debt.
    let gained = play.assess("bidder").value - worth;
    let discount = terms.stress / 2;
    assert!((0..discount).contains(&gained), "{gained} of {discount}");
    let owed = 100 * 40 * QUOTE as i64;
    assert!(
        (terms.cash + owed).abs() < 100 * QUOTE as i64,
        "{}",
        terms.cash
    );
    play.assert_books(&before);
}

/// Slices bring it to the target, and the short that is over is left: only the whole account's assessment ends it.
#[test]
fn the_last_slice_ends_nothing_while_a_short_is_over() {
    let (mut play, _) = seized_over_an_expiry(34_000);
    let (put, expiry, before) = (play.put, play.expiry, play.balances());
    for _ in 0..40 {
        let terms = play.terms("writer").expect("on auction");
        if terms.max_fraction_ppb == 0 {
            break;
        }
        expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    }
    assert_eq!(play.state("writer"), AccountState::Auction);
    assert_eq!(play.leg("writer", &put), -100 * CONTRACT as i64);
    // Add-ons do not scale with the slice: a last rest of cents is left, which the owner brings.
    let short = play.assess("writer");
    let target = short.stress() * 3 / 10 - short.health_mm();
    assert!(target < QUOTE as i64 / 10, "{target}");
    expect_landed(play.deposit_quote("writer", QUOTE));
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.told::<AuctionEnded>(&landed).outcome, 1, "sold");
    assert_eq!(play.state("writer"), AccountState::Open);

    for index in 0..3 {
        let at = expiry.expires_at - 60 * i64::from(2 - index);
        let decides = PythPrice::new(play.keys.feed_id, 160 * PRICE, at).after(at - 1);
        play.publish(decides);
        expect_landed(play.submit_point(&expiry, index));
    }
    expect_landed(play.fix_price(&expiry));
    for series in [put, play.call] {
        expect_landed(play.fold_series(&series));
    }
    expect_landed(play.settle("writer", &expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!((books.escrow_atoms, books.debts_atoms), (4_000 * QUOTE, 0));
    play.assert_books(&before);
}
