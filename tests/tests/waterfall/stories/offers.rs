//! Offers of a seized account are void for ever.

use backstop_interface::accounts::AccountState;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use crate::setting::{Play, CONTRACT, QUOTE};

#[test]
fn an_offer_from_before_the_seizure_stays_void_after_the_cure() {
    let mut play = Play::short_puts();
    let put = play.put;
    let old = play.place("writer", &put, 10, 6);
    play.jump(160);
    let open = play
        .clone()
        .buy_tokens("buyer", "writer", old, &put, CONTRACT)
        .expect_err("below margin already");
    assert_eq!(open.code(), Some(BackstopError::BelowInitialMargin.into()));
    expect_landed(play.liquidate("keeper", "writer"));
    let frozen = play
        .buy_tokens("buyer", "writer", old, &put, CONTRACT)
        .expect_err("seized");
    assert_eq!(frozen.code(), Some(BackstopError::AccountNotOpen.into()));

    expect_landed(play.deposit_quote("writer", 500_000 * QUOTE));
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Open);
    let void = play
        .buy_tokens("buyer", "writer", old, &put, CONTRACT)
        .expect_err("of an older epoch");
    assert_eq!(void.code(), Some(BackstopError::OfferVoid.into()));

    let new = play.place("writer", &put, 10, 45);
    expect_landed(play.buy_tokens("buyer", "writer", new, &put, CONTRACT));
    expect_landed(play.cancel_offer("writer", old));
    assert!(play.world.account(&play.offer("writer", old)).is_none());
}
