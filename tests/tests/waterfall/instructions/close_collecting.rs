use backstop_interface::accounts::ExpiryState;
use backstop_interface::event::CollectingClosed;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey};

use crate::ask::swap;
use crate::setting::{Play, QUOTE};

/// Two writers of 500 puts each, expired at 80 and folded.
fn collecting() -> Play {
    let mut play = Play::open();
    for name in ["writer", "second"] {
        play.sell_puts(name, 500, 40_000);
    }
    play.expire_at(80);
    play
}

#[test]
fn close_collecting_draws_on_the_fund_and_fixes_the_shortfall() {
    let mut play = collecting();
    expect_landed(play.stake("insurer", 20_000 * QUOTE));
    let expiry = play.expiry;
    for name in ["writer", "second"] {
        expect_landed(play.settle(name, &expiry));
    }
    let early = play.ask_close_collecting();
    play.world.advance(1_799);
    play.refuses(early, "keeper", BackstopError::CollectingNotOver);
    play.world.advance(1);
    let before = play.balances();
    let landed = expect_landed(play.close_collecting(&expiry));
    // 120 000 owed; each writer held 40 000 and 2 940 of premium.
    let missing = (120_000 - 2 * 42_940) * QUOTE;
    let told: CollectingClosed = play.told(&landed);
    assert_eq!(
        (told.owed_atoms, told.escrow_atoms),
        (120_000 * QUOTE, 120_000 * QUOTE - missing)
    );
    assert_eq!(
        (told.insured_atoms, told.shortfall_atoms),
        (10_000 * QUOTE, missing - 10_000 * QUOTE)
    );
    let (books, fund) = (play.expiry_of(&expiry), play.fund());
    assert_eq!(
        (books.state(), books.recapitalising_at),
        (ExpiryState::Recapitalising, play.world.now())
    );
    assert_eq!(
        (books.insured_atoms, books.shortfall_atoms),
        (told.insured_atoms, told.shortfall_atoms)
    );
    assert_eq!(books.reference_price, play.protocol().last_clearing_price);
    assert_eq!(
        (fund.assets_atoms, fund.incident_paid_atoms),
        (10_000 * QUOTE, 10_000 * QUOTE)
    );
    assert_eq!(
        (fund.incident_assets_atoms, fund.incident_started_at),
        (20_000 * QUOTE, play.world.now())
    );
    assert_eq!(
        before.gain(&play.balances(), &expiry.escrow),
        i128::from(10_000 * QUOTE)
    );
    play.assert_books(&before);
}

/// The fund pays what is missing and not an atom more.
#[test]
fn close_collecting_takes_no_more_than_is_missing() {
    let mut play = collecting();
    expect_landed(play.stake("insurer", 200_000 * QUOTE));
    let expiry = play.expiry;
    for name in ["writer", "second"] {
        expect_landed(play.settle(name, &expiry));
    }
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.insured_atoms, books.shortfall_atoms),
        (34_120 * QUOTE, 0)
    );
    assert_eq!(books.escrow_atoms, books.owed_atoms);
    expect_landed(play.finalise(&expiry));
    assert_eq!(play.expiry_of(&expiry).haircut_ppb, 0);
}

/// With a short unsettled it lasts two hours, longer while somebody still settles, six at the most.
#[test]
fn close_collecting_waits_for_shorts_as_long_as_somebody_settles() {
    let mut idle = collecting();
    let expiry = idle.expiry;
    let asked = idle.ask_close_collecting();
    idle.world.advance(7_199);
    idle.refuses(asked.clone(), "keeper", BackstopError::CollectingNotOver);
    let mut busy = idle.clone();
    idle.world.advance(1);
    expect_landed(idle.close_collecting(&expiry));

    expect_landed(busy.settle("writer", &expiry));
    busy.world.advance(1_799);
    busy.refuses(asked, "keeper", BackstopError::CollectingNotOver);
    busy.world.advance(1);
    expect_landed(busy.close_collecting(&expiry));
    assert_eq!(busy.expiry_of(&expiry).unsettled_contracts, 500_000_000);
}

/// A settlement every half hour keeps it open for six hours and not a second longer.
#[test]
fn close_collecting_comes_after_six_hours_however_busy() {
    let mut play = Play::open();
    play.sell_puts("writer", 10, 1_000);
    let names: Vec<String> = (0..13).map(|number| format!("writer {number}")).collect();
    for name in &names {
        play.actor(name, 1_000 * QUOTE, 0);
        expect_landed(play.open_account(name));
        play.sell_puts(name, 1, 1_000);
    }
    play.expire_at(150);
    let expiry = play.expiry;
    let asked = play.ask_close_collecting();
    let began = play.expiry_of(&expiry).collecting_at;
    for name in &names {
        play.refuses(asked.clone(), "keeper", BackstopError::CollectingNotOver);
        expect_landed(play.settle(name, &expiry));
        play.world.advance(1_660);
    }
    play.world.warp_to(began + 6 * 3_600 - 1);
    play.refuses(asked, "keeper", BackstopError::CollectingNotOver);
    play.world.advance(1);
    expect_landed(play.close_collecting(&expiry));
    assert_eq!(play.expiry_of(&expiry).unsettled_contracts, 10_000_000);
}

#[test]
fn close_collecting_rejects_every_other_state() {
    let mut play = Play::short_puts();
    let expiry = play.expiry;
    let asked = play.ask_close_collecting();
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    play.pass_expiry(&expiry, 200);
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    for series in [play.put, play.call] {
        expect_landed(play.fold_series(&series));
    }
    expect_landed(play.settle("writer", &expiry));
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    expect_landed(play.finalise(&expiry));
    play.refuses(asked, "keeper", BackstopError::WrongExpiryState);
}

#[test]
fn close_collecting_rejects_accounts_that_do_not_fit() {
    let mut play = Play::short_puts();
    let foreign = play.other.expiry(play.expiry.expires_at);
    expect_landed(play.elsewhere(|stage| stage.create_expiry("keeper", &foreign)));
    play.expire_at(80);
    play.world.advance(7_200);
    let (asked, home) = (play.ask_close_collecting(), play.expiry);
    let bent = swap(
        swap(asked.clone(), home.expiry, foreign.expiry),
        home.escrow,
        foreign.escrow,
    );
    play.refuses(bent, "keeper", BackstopError::WrongMarket);
    let own = play.world.ata(&pubkey("keeper"), &play.keys.quote_mint);
    let vault = play.keys.insurance_vault;
    play.refuses(swap(asked, vault, own), "keeper", BackstopError::WrongVault);
}
