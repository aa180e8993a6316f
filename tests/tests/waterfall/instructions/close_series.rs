use backstop_client::series::close_series;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey};

use crate::setting::{Play, CONTRACT, QUOTE};

/// 1 000 puts held as tokens and 10 calls long in the bidder's account, finalised at 80 without a haircut.
fn finalised() -> Play {
    let mut play = Play::open();
    let (call, expiry) = (play.call, play.expiry);
    play.sell_puts("writer", 1_000, 150_000);
    expect_landed(play.deposit_quote("second", 10_000 * QUOTE));
    expect_landed(play.deposit_quote("bidder", 10_000 * QUOTE));
    let nonce = play.place("second", &call, 10, 6);
    expect_landed(play.buy_ledger("bidder", "second", nonce, &call, 10 * CONTRACT));
    play.expire_at(80);
    for name in ["writer", "second"] {
        expect_landed(play.settle(name, &expiry));
    }
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    expect_landed(play.finalise(&expiry));
    play
}

/// The last token and the last ledger long, worthless as it is, keep every series of the expiry.
#[test]
fn close_series_waits_for_the_last_token_and_the_last_account() {
    let mut play = finalised();
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    let asked = |series| close_series(pubkey("backer"), series, pubkey("keeper"));
    for series in [&put, &call] {
        play.refuses(asked(series), "backer", BackstopError::SeriesInUse);
    }
    expect_landed(play.settle("bidder", &expiry));
    assert!(play.expiry_of(&expiry).is_settled());
    expect_landed(play.redeem("buyer", &put, 1_000 * CONTRACT - 1));
    play.refuses(asked(&put), "backer", BackstopError::SeriesInUse);
    expect_landed(play.redeem("buyer", &put, 1));

    let before = play.balances();
    for series in [&put, &call] {
        let (lying, rich) = (
            play.world.lamports(&series.series),
            play.world.lamports(&pubkey("keeper")),
        );
        let supply = play.world.supply(&series.option_mint);
        expect_landed(play.close_series("backer", series));
        assert!(play.world.account(&series.series).is_none());
        assert_eq!(play.world.lamports(&pubkey("keeper")), rich + lying);
        assert_eq!(play.world.supply(&series.option_mint), supply);
    }
    let books = play.expiry_of(&expiry);
    assert_eq!((books.series_count, books.folded_count), (0, 0));
    play.assert_books(&before);
}

/// An account that was long only and never came for it.
#[test]
fn close_series_counts_an_account_that_was_never_settled() {
    let mut play = finalised();
    let (call, expiry) = (play.call, play.expiry);
    assert_eq!(play.expiry_of(&expiry).unpaid_contracts, 10 * CONTRACT);
    play.world.advance(10_000_000);
    let asked = close_series(pubkey("keeper"), &call, pubkey("keeper"));
    play.refuses(asked, "keeper", BackstopError::SeriesInUse);
}

#[test]
fn close_series_rejects_every_state_between_open_and_finalised() {
    let mut play = Play::short_puts();
    let (call, put, expiry) = (play.call, play.put, play.expiry);
    let asked = close_series(pubkey("keeper"), &call, pubkey("keeper"));
    play.pass_expiry(&expiry, 80);
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    for series in [put, call] {
        expect_landed(play.fold_series(&series));
    }
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    expect_landed(play.settle("writer", &expiry));
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    play.refuses(asked, "keeper", BackstopError::WrongExpiryState);
}

/// Tokens their holder destroyed are owed nothing: the series is closed, their payoff is left in the escrow.
#[test]
fn close_series_does_not_wait_for_tokens_that_were_burned() {
    let mut play = finalised();
    let (put, expiry) = (play.put, play.expiry);
    expect_landed(play.settle("bidder", &expiry));
    play.burn_tokens("buyer", &put, CONTRACT);
    expect_landed(play.redeem("buyer", &put, 999 * CONTRACT));
    assert_eq!(play.series_of(&put).token_contracts, CONTRACT);
    expect_landed(play.close_series("backer", &put));
    assert_eq!(play.world.balance(&expiry.escrow), 120 * QUOTE);
}
