use backstop_interface::accounts::ExpiryState;
use backstop_interface::event::Finalised;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use crate::ask::swap;
use crate::setting::{Play, QUOTE};

#[test]
fn finalise_rounds_the_haircut_up_and_moves_nothing() {
    let mut play = Play::shortfall();
    let expiry = play.expiry;
    let asked = play.ask_finalise();
    play.world.advance(4 * 3_600 - 1);
    play.refuses(
        asked.clone(),
        "keeper",
        BackstopError::RecapitalisationNotOver,
    );
    play.world.advance(1);
    let before = play.balances();
    let landed = expect_landed(play.finalise(&expiry));
    let told: Finalised = play.told(&landed);
    // 44 120 / 120 000 = 0.36766666...
    assert_eq!(
        (told.haircut_ppb, told.owed_atoms, told.escrow_atoms),
        (367_666_667, 120_000 * QUOTE, 75_880 * QUOTE)
    );
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.state(), books.finalised_at),
        (ExpiryState::Finalised, play.world.now())
    );
    assert_eq!(
        (books.haircut_ppb, books.socialised_atoms),
        (367_666_667, 44_120 * QUOTE)
    );
    play.assert_books(&before);
    play.refuses(asked, "keeper", BackstopError::WrongExpiryState);
}

/// Twelve hours after the price is fixed anyone ends it, even if nobody ever settled a short; but the
/// fund pays first: the deadline skips no layer.
#[test]
fn finalise_comes_at_the_last_deadline_and_skips_no_layer() {
    let mut play = Play::short_puts();
    expect_landed(play.stake("insurer", 10_000 * QUOTE));
    play.expire_at(80);
    let expiry = play.expiry;
    let asked = play.ask_finalise();
    play.world.advance(12 * 3_600);
    play.refuses(asked, "keeper", BackstopError::CollectingNotOver);
    expect_landed(play.close_collecting(&expiry));
    let insured = play.expiry_of(&expiry).insured_atoms;
    assert!(insured > 0, "the fund has assets and pays");
    expect_landed(play.finalise(&expiry));
    assert_eq!(
        play.expiry_of(&expiry).socialised_atoms,
        120_000 * QUOTE - insured
    );
}

#[test]
fn finalise_rejects_what_is_not_folded() {
    let mut play = Play::short_puts();
    let (expiry, put, asked) = (play.expiry, play.put, play.ask_finalise());
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    play.pass_expiry(&expiry, 80);
    expect_landed(play.fold_series(&put));
    play.world.advance(13 * 3_600);
    play.refuses(asked, "keeper", BackstopError::WrongExpiryState);
}

#[test]
fn finalise_rejects_an_expiry_of_another_market() {
    let mut play = Play::shortfall();
    play.world.advance(4 * 3_600);
    let (asked, market) = (play.ask_finalise(), play.keys.market);
    let bent = swap(asked, market, play.other.market);
    play.refuses(bent, "keeper", BackstopError::WrongMarket);
}
