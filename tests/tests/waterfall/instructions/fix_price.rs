use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::ExpiryState;
use backstop_interface::event::PriceFixed;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;
use backstop_testkit::pyth::{PythPrice, SOL_USD};

use crate::setting::{Play, PRICE};

fn asked(play: &Play) -> Instruction {
    backstop_client::settlement::fix_price(&play.expiry)
}

/// Serves point `index` with `price` (1e9) at its second.
fn serve(play: &mut Play, index: u8, price: u64) {
    let expiry = play.expiry;
    let at = expiry.expires_at - 120 + 60 * i64::from(index);
    play.world.warp_to(at);
    play.publish(PythPrice::new(SOL_USD, price, at).after(at - 1));
    expect_landed(play.submit_point(&expiry, index));
}

#[test]
fn fix_price_takes_the_mean_rounded_down() {
    let mut play = Play::short_puts();
    for (index, price) in [(0, 100 * PRICE + 10), (1, 100 * PRICE), (2, 100 * PRICE)] {
        serve(&mut play, index, price);
    }
    let expiry = play.expiry;
    let landed = expect_landed(play.fix_price(&expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        books.settlement_price,
        100 * PRICE + 3,
        "a third of 10, rounded down"
    );
    assert_eq!(
        (books.state(), books.price_fixed_at),
        (ExpiryState::PriceFixed, expiry.expires_at)
    );
    assert_eq!(
        play.told::<PriceFixed>(&landed).settlement_price,
        books.settlement_price
    );
}

/// A missing point calls for the minute after expiry.
#[test]
fn fix_price_waits_for_the_stand_in_of_a_missing_point() {
    let mut play = Play::short_puts();
    let expiry = play.expiry;
    serve(&mut play, 0, 90 * PRICE);
    let late = expiry.expires_at - 60 + 31;
    play.world.warp_to(late);
    play.publish(PythPrice::new(SOL_USD, 500 * PRICE, late).after(late - 60));
    expect_landed(play.submit_point(&expiry, 1));
    serve(&mut play, 2, 96 * PRICE);
    let early = asked(&play);
    play.refuses(early, "keeper", BackstopError::PointsUndecided);
    serve(&mut play, 3, 99 * PRICE);
    expect_landed(play.fix_price(&expiry));
    assert_eq!(
        play.expiry_of(&expiry).settlement_price,
        95 * PRICE,
        "of 90, 96 and 99; never of 500"
    );
}

#[test]
fn fix_price_rejects_points_that_are_open_to_challenge() {
    let mut play = Play::short_puts();
    let expiry = play.expiry;
    serve(&mut play, 0, 90 * PRICE);
    serve(&mut play, 1, 90 * PRICE);
    let at = expiry.expires_at + 5;
    play.world.warp_to(at);
    play.publish(PythPrice::new(SOL_USD, 90 * PRICE, at).after(at - 1));
    let undecided = asked(&play);
    play.refuses(undecided.clone(), "keeper", BackstopError::PointsUndecided);
    expect_landed(play.submit_point(&expiry, 2));
    play.world.advance(899);
    play.refuses(undecided, "keeper", BackstopError::PointsUndecided);
    play.world.advance(1);
    expect_landed(play.fix_price(&expiry));
}

#[test]
fn fix_price_rejects_an_expiry_that_is_not_over_or_fixed_already() {
    let mut play = Play::short_puts();
    for index in 0..2 {
        serve(&mut play, index, 90 * PRICE);
    }
    let early = asked(&play);
    play.refuses(early.clone(), "keeper", BackstopError::WrongExpiryState);
    serve(&mut play, 2, 90 * PRICE);
    let expiry = play.expiry;
    expect_landed(play.fix_price(&expiry));
    play.refuses(early, "keeper", BackstopError::WrongExpiryState);
}

/// Without series there is nothing to fold.
#[test]
fn fix_price_of_an_empty_expiry_begins_collecting() {
    let mut play = Play::open();
    let empty = play.next_expiry(9);
    expect_landed(play.create_expiry("keeper", &empty));
    play.pass_expiry(&empty, 100);
    assert_eq!(play.expiry_of(&empty).state(), ExpiryState::Collecting);
    assert_eq!(play.expiry_of(&empty).collecting_at, empty.expires_at);
}
