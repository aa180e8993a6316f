//! Breaches that only the newest minutes of the surface see: noted first, seized when they last.

use backstop_interface::accounts::{AccountState, StoredSurface};
use backstop_interface::event::{AuctionStarted, BreachCleared, BreachNoted};
use backstop_interface::BackstopError;
use backstop_quantities::UnixSeconds;
use backstop_risk::volatility::{BreachState, Hold};
use backstop_testkit::expect_landed;
use backstop_testkit::pyth::{PythPrice, SOL_USD};

use crate::setting::{surface, Play, PRICE, QUOTE};

/// A surface of 300 % everywhere.
fn storm() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [3_000_000; 6],
        ..surface()
    }
}

/// The published price once more, seconds later.
fn pass(play: &mut Play, seconds: i64) {
    let price = play.price_update().price;
    play.pass(seconds, price);
}

/// Half a minute of live feed.
fn wait(play: &mut Play) {
    pass(play, 30);
    expect_landed(play.tick());
}

/// A minute in which the market's surface moves a fiftieth of the way to what all publishers say; stops at
/// the first ten seconds at whose end the writer is in breach.
fn minute(play: &mut Play, said: &StoredSurface) {
    expect_landed(play.publish_surface(said));
    for _ in 0..6 {
        pass(play, 10);
        expect_landed(play.tick());
        if play.assess("writer").health_mm() < 0 {
            return;
        }
    }
}

/// Minutes of storm until the writer is in breach.
fn storm_until_breach(play: &mut Play) {
    let mut minutes = 0;
    while play.assess("writer").health_mm() >= 0 {
        minutes += 1;
        assert!(
            minutes < 60,
            "the surface has risen by two thirds of the way"
        );
        minute(play, &storm());
    }
}

fn noted_at(play: &Play) -> i64 {
    play.account_of("writer").expect("lives").noted_at
}

/// The writer of 1 000 puts after the price has come down so far that a little more would be a breach. Half a
/// quote in five minutes: a fall at once would show in realised volatility, and that in the surface.
fn at_the_edge() -> Play {
    let mut play = Play::short_puts();
    for half_quotes in 1..200 {
        let price = (200 * PRICE).saturating_sub(half_quotes * PRICE / 2);
        let mut next = play.clone();
        next.pass(300, price);
        expect_landed(next.tick());
        expect_landed(next.publish_surface(&surface()));
        if next.judge("writer") != BreachState::Healthy {
            return play;
        }
        play = next;
    }
    panic!("the writer is never in breach");
}

/// The same after publishers have said 300 % for as many minutes as it takes to be in breach.
fn in_held_breach() -> Play {
    let mut play = at_the_edge();
    pass(&mut play, 60);
    storm_until_breach(&mut play);
    let now = UnixSeconds::new(play.world.now());
    assert_eq!(
        play.judge("writer"),
        BreachState::Held(now),
        "not five minutes ago"
    );
    play
}

#[test]
fn liquidate_notes_a_breach_that_five_minutes_ago_was_none() {
    let mut play = in_held_breach();
    let (balances, before) = (play.balances(), play.account_of("writer").expect("open"));
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    let now = play.world.now();
    let after = play.account_of("writer").expect("open");
    assert_eq!((after.state(), after.noted_at), (AccountState::Open, now));
    assert_eq!(
        (after.epoch, after.portfolio_version),
        (before.epoch, before.portfolio_version),
        "its offers stand, its portfolio is what bidders saw"
    );
    assert!(play.auction("writer").is_none());
    let told: BreachNoted = play.told(&landed);
    assert_eq!(
        (
            told.margin_account,
            told.noted_at,
            told.health_mm_atoms,
            told.reason
        ),
        (
            play.margin("writer"),
            now,
            play.assess("writer").health_mm(),
            Hold::Surface as u8
        )
    );
    play.assert_books(&balances);

    // Shown again too early it says nothing new, and the owner may do what he could before.
    pass(&mut play, 10);
    let landed = expect_landed(play.liquidate("second", "writer"));
    assert!(landed
        .events::<BreachNoted>(&play.world.program_id())
        .is_empty());
    assert_eq!(noted_at(&play), now);
    let put = play.put;
    play.place("writer", &put, 1, 6);
    expect_landed(play.deposit_quote("writer", QUOTE));
    assert_eq!(noted_at(&play), now, "a deposit proves nothing");
}

#[test]
fn a_noted_breach_is_seized_when_it_has_lasted_five_minutes() {
    let mut play = in_held_breach();
    expect_landed(play.liquidate("keeper", "writer"));
    let first = noted_at(&play);
    // Ten seconds earlier there was no breach, so the ten whole minutes that end before this one see none.
    assert!(
        first % 60 >= 10,
        "the breach began at {} of its minute",
        first % 60
    );
    for _ in 0..9 {
        wait(&mut play);
    }
    pass(&mut play, 29);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Open, "299 seconds");
    pass(&mut play, 1);
    assert_eq!(play.world.now(), first + 300);
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Auction);
    assert_eq!(
        noted_at(&play),
        0,
        "a seized account has nothing to wait for"
    );
    play.told::<AuctionStarted>(&landed);
}

#[test]
fn a_breach_at_both_surfaces_is_seized_at_once() {
    let mut play = in_held_breach();
    play.jump(100);
    let now = UnixSeconds::new(play.world.now());
    assert_eq!(play.judge("writer"), BreachState::Liquidatable(now));
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Auction);
    assert_eq!(noted_at(&play), 0);
}

#[test]
fn proof_of_health_clears_the_note() {
    let mut noted = in_held_breach();
    expect_landed(noted.liquidate("keeper", "writer"));
    expect_landed(noted.deposit_quote("writer", 200_000 * QUOTE));

    let mut by_keeper = noted.clone();
    let landed = expect_landed(by_keeper.liquidate("second", "writer"));
    assert_eq!(noted_at(&by_keeper), 0);
    let told: BreachCleared = by_keeper.told(&landed);
    assert_eq!(told.margin_account, by_keeper.margin("writer"));
    assert!(told.health_mm_atoms >= 0);

    let mut by_owner = noted;
    expect_landed(by_owner.withdraw_quote("writer", QUOTE));
    assert_eq!(noted_at(&by_owner), 0, "health(IM) was shown");
}

#[test]
fn a_note_older_than_ten_minutes_starts_over() {
    let mut play = in_held_breach();
    expect_landed(play.liquidate("keeper", "writer"));
    let first = noted_at(&play);
    // He pays in, and nobody shows that it was enough until the storm has made up for it.
    expect_landed(play.deposit_quote("writer", 1_500 * QUOTE));
    assert_eq!(play.judge("writer"), BreachState::Healthy);
    pass(&mut play, 60);
    storm_until_breach(&mut play);
    let now = play.world.now();
    assert!(now - first >= 600);
    assert_eq!(
        play.judge("writer"),
        BreachState::Held(UnixSeconds::new(now))
    );
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(
        (play.state("writer"), noted_at(&play)),
        (AccountState::Open, now)
    );
}

#[test]
fn a_noted_account_still_withdraws_nothing_it_needs() {
    let mut play = in_held_breach();
    expect_landed(play.liquidate("keeper", "writer"));
    let refused = play.withdraw_quote("writer", QUOTE);
    let code = refused.expect_err("below initial margin").code();
    assert_eq!(code, Some(BackstopError::BelowInitialMargin.into()));
}

/// Ten seconds later the price is `price` quote, while the feed's average still stands at `average`.
fn crash(play: &mut Play, price: u64, average: u64) {
    play.world.advance(10);
    far(play, price, average);
    expect_landed(play.tick());
}

/// Publishes a price now, with an average of its own.
fn far(play: &mut Play, price: u64, average: u64) {
    let now = play.world.now();
    let update = PythPrice::new(SOL_USD, price * PRICE, now).ema(average * PRICE);
    play.publish(update);
}

/// The writer of 1 000 puts, in breach at 149 against an average of 200; noted.
fn noted_by_price() -> Play {
    let mut play = Play::short_puts();
    crash(&mut play, 149, 200);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(noted_at(&play), play.world.now());
    play
}

#[test]
fn a_breach_at_a_quarter_of_the_average_is_seized_and_one_beyond_it_is_noted() {
    let mut near = Play::short_puts();
    crash(&mut near, 150, 200);
    expect_landed(near.liquidate("keeper", "writer"));
    assert_eq!(near.state("writer"), AccountState::Auction);

    let mut play = Play::short_puts();
    crash(&mut play, 149, 200);
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Open);
    let told: BreachNoted = play.told(&landed);
    assert_eq!(
        (told.noted_at, told.reason),
        (play.world.now(), Hold::Price as u8)
    );
    let account = play.account_of("writer").expect("open");
    assert_eq!(account.note_reason, Hold::Price as u8);
}

#[test]
fn a_breach_far_from_the_average_is_seized_after_thirty_seconds_and_not_before() {
    for (seconds, seized) in [(0, false), (29, false), (30, true), (59, true)] {
        let mut play = noted_by_price();
        let noted = noted_at(&play);
        play.world.advance(seconds);
        far(&mut play, 149, 200);
        expect_landed(play.liquidate("second", "writer"));
        let expected = match seized {
            true => AccountState::Auction,
            false => AccountState::Open,
        };
        assert_eq!(play.state("writer"), expected, "{seconds} s");
        let account = play.account_of("writer").expect("lives");
        let note = (account.noted_at, account.note_reason);
        match seized {
            true => assert_eq!(note, (0, Hold::None as u8)),
            false => assert_eq!(note, (noted, Hold::Price as u8)),
        }
    }
}

#[test]
fn a_note_of_a_far_price_is_forgotten_after_a_minute() {
    let mut play = noted_by_price();
    play.world.advance(60);
    far(&mut play, 149, 200);
    expect_landed(play.liquidate("second", "writer"));
    assert_eq!(
        (play.state("writer"), noted_at(&play)),
        (AccountState::Open, play.world.now())
    );
}

/// Each note counts for its own reason: a far price shown once more after five minutes is shown for the first time
/// again, and neither does a note of the surface stand for one of the price.
#[test]
fn a_note_counts_for_its_own_reason_alone() {
    let mut by_price = noted_by_price();
    by_price.world.advance(300);
    for (mut play, seconds) in [
        (by_price, 0),
        (noted_by_surface(), 35),
        (noted_by_surface(), 300),
    ] {
        play.world.advance(seconds);
        far(&mut play, 149, 200);
        expect_landed(play.liquidate("second", "writer"));
        let account = play.account_of("writer").expect("open");
        assert_eq!(
            (account.state(), account.noted_at, account.note_reason),
            (AccountState::Open, play.world.now(), Hold::Price as u8)
        );
    }
}

fn noted_by_surface() -> Play {
    let mut play = in_held_breach();
    expect_landed(play.liquidate("keeper", "writer"));
    let account = play.account_of("writer").expect("open");
    assert_eq!(account.note_reason, Hold::Surface as u8);
    play
}

#[test]
fn a_price_that_comes_back_to_its_average_seizes_at_once_or_heals() {
    let mut caught_up = noted_by_price();
    caught_up.world.advance(5);
    far(&mut caught_up, 149, 198);
    expect_landed(caught_up.liquidate("second", "writer"));
    assert_eq!(caught_up.state("writer"), AccountState::Auction);

    let mut healed = noted_by_price();
    healed.world.advance(5);
    far(&mut healed, 200, 200);
    let landed = expect_landed(healed.liquidate("second", "writer"));
    healed.told::<BreachCleared>(&landed);
    let account = healed.account_of("writer").expect("open");
    assert_eq!((account.noted_at, account.note_reason), (0, 0));
}

#[test]
fn a_feed_without_an_average_is_far_from_it() {
    let mut play = Play::short_puts();
    play.world.advance(10);
    let now = play.world.now();
    let update = PythPrice {
        ema_price: 0,
        ..PythPrice::new(SOL_USD, 150 * PRICE, now)
    };
    play.publish(update);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(
        (play.state("writer"), noted_at(&play)),
        (AccountState::Open, now)
    );
}
