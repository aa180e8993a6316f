use backstop_interface::accounts::{AccountState, FeedClock};
use backstop_interface::action::{far_from_average, Action, ClockRule, EmaRule};
use backstop_interface::pyth::read_update;
use backstop_interface::BackstopError::*;
use backstop_testkit::pyth::{price_update_bytes, PythPrice};
use backstop_testkit::{address, expect_code, expect_landed};

use super::scenes::{priced, Scene};
use crate::collateral::{coin, leaning};
use crate::setup::{open, PRICE, QUOTE};

/// The rows that demand something of a price, each with its scene; a row without one fails.
fn rows() -> Vec<(Action, Scene)> {
    let demanding = Action::ALL
        .into_iter()
        .filter(|action| action.rule().max_age_seconds.is_some());
    demanding
        .map(|action| {
            let scene = priced(action);
            (
                action,
                scene.unwrap_or_else(|| panic!("{action:?} has no scene")),
            )
        })
        .collect()
}

#[test]
fn a_price_serves_until_the_age_of_its_row_and_not_a_second_longer() {
    for (action, scene) in rows() {
        let most = action.rule().max_age_seconds.expect("a row with a price");
        println!("{action:?}: {most} s");
        expect_landed(scene.at(scene.aged(most)));
        let refusal = match action.rule().clock {
            ClockRule::Young(_) => FormulaStale,
            _ => PriceStale,
        };
        expect_code(scene.at(scene.aged(most + 1)), refusal);
    }
}

#[test]
fn a_price_serves_until_the_confidence_of_its_row_and_not_a_unit_more() {
    for (action, scene) in rows() {
        let most = action
            .rule()
            .max_confidence_ppb
            .expect("a row with a price");
        let edge = scene.aged(0).conf_bps(most / 100_000);
        println!("{action:?}: {most} ppb, {} units", edge.conf);
        expect_landed(scene.at(edge.clone()));
        let beyond = PythPrice {
            conf: edge.conf + 1,
            ..edge
        };
        let refusal = match action.rule().clock {
            ClockRule::Young(_) => FormulaUncertain,
            _ => PriceTooUncertain,
        };
        expect_code(scene.at(beyond), refusal);
    }
}

#[test]
fn a_price_serves_as_far_behind_the_feed_clock_as_its_row_says() {
    let mut free = Vec::new();
    for (action, mut scene) in rows() {
        let (ClockRule::Behind(lag) | ClockRule::Young(lag)) = action.rule().clock else {
            // However far behind, as long as its age serves.
            let oldest = action.rule().max_age_seconds.expect("a row with a price");
            expect_landed(scene.at(scene.aged(oldest)));
            free.push(action);
            continue;
        };
        if action != Action::Formula {
            expect_landed(scene.tick());
        }
        // A tick takes only what is newer, and a formula nothing that is as old as the lag.
        match action {
            Action::Tick => expect_code(scene.at(scene.aged(lag)), TickNotNewer),
            Action::Formula => expect_code(scene.at(scene.aged(lag)), FormulaStale),
            _ => {
                expect_landed(scene.at(scene.aged(lag)));
                expect_code(scene.at(scene.aged(lag + 1)), PriceBehindFeedClock)
            }
        };
    }
    assert_eq!(free, [Action::TickLate]);
}

/// A clock nobody moved for six seconds serves no formula, however young the price.
#[test]
fn a_formula_asks_for_a_young_clock_too() {
    let scene = priced(Action::Formula).expect("a scene");
    let most = Action::Formula.rule().max_age_seconds.expect("a limit");
    for (seconds, lands) in [(most, true), (most + 1, false)] {
        let mut stage = scene.stage.clone();
        stage.pass(seconds, 200 * PRICE);
        match lands {
            true => drop(expect_landed((scene.act)(&mut stage))),
            false => drop(expect_code((scene.act)(&mut stage), FormulaStale)),
        }
    }
}

#[test]
fn rows_without_a_price_need_none() {
    let mut stage = open();
    expect_landed(stage.open_account("writer"));
    stage.world.advance(86_400);
    // No update lies there at all.
    stage.price_account = address("nobody's account");
    assert_eq!(Action::Secure.rule().max_age_seconds, None);
    expect_landed(stage.deposit_quote("writer", 2 * QUOTE));
    assert_eq!(Action::TakeFree.rule().max_age_seconds, None);
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

/// A day old, wholly uncertain and behind the clock: a look takes it, from both layouts.
#[test]
fn a_look_takes_any_genuine_price_and_the_legacy_layout() {
    let mut stage = open();
    assert_eq!(Action::Preview.rule().max_age_seconds, None);
    assert!(Action::Preview.rule().legacy);
    let old =
        PythPrice::new(stage.keys.feed_id, 200 * PRICE, stage.world.now() - 86_400).conf_bps(9_000);
    stage.publish(old.clone());
    let legacy = address("legacy price");
    stage.world.write_legacy_price(&legacy, &old);
    for account in [stage.price_account, legacy] {
        let look = backstop_client::feed::preview_price(&stage.keys, account);
        expect_landed(stage.world.send(&[look], &[]));
    }
}

/// Nothing that moves money reads the legacy layout, whatever its row says of age.
#[test]
fn only_a_look_reads_the_legacy_layout() {
    for action in Action::ALL {
        assert_eq!(action.rule().legacy, action == Action::Preview);
    }
    for (_, scene) in rows() {
        expect_code(scene.at_legacy(&scene.aged(0)), PriceWrongOwner);
    }
}

/// Only a seizure waits: everything else is done at a price of any distance from the feed's average.
#[test]
fn a_price_far_from_its_average_stops_nothing_but_a_seizure() {
    for action in Action::ALL {
        let holds = action.rule().ema == EmaRule::Holds;
        let seizes = matches!(action, Action::Liquidate | Action::AgedCollateral);
        assert_eq!(holds, seizes, "{action:?}");
    }
    for (action, scene) in rows() {
        let sound = scene.aged(0);
        let far = PythPrice {
            ema_price: sound.ema_price * 2,
            ..sound
        };
        let read = |price: &PythPrice| {
            let bytes = price_update_bytes(price);
            read_update(&bytes, &price.feed_id).expect("readable")
        };
        assert!(far_from_average(&read(&far)), "{action:?}");
        expect_landed(scene.at(far));
    }
}

/// Whether a breach at a far price is noted or seized is what the row says of the price that is far: the market's in a
/// seizure, that of a collateral as a seizure reads it.
#[test]
fn a_seizure_follows_the_row_of_the_price_that_is_far() {
    let mut market = leaning();
    let (feed_id, now) = (market.keys.feed_id, market.world.now());
    market.publish(PythPrice::new(feed_id, 140 * PRICE, now).ema(200 * PRICE));
    let mut of_coin = leaning();
    coin(&mut of_coin, "stable", PRICE / 2, PRICE);
    let collateral = Action::Liquidate.collateral();
    for (action, mut stage) in [(Action::Liquidate, market), (collateral, of_coin)] {
        expect_landed(stage.liquidate("keeper", "writer"));
        let expected = match action.rule().ema {
            EmaRule::Holds => (AccountState::Open, stage.world.now()),
            EmaRule::Free => (AccountState::Auction, 0),
        };
        let account = stage.account_of("writer").expect("opened");
        assert_eq!((account.state(), account.noted_at), expected, "{action:?}");
    }
}

#[test]
fn far_begins_beyond_a_quarter_of_the_average() {
    let mut stage = open();
    let now = stage.world.now();
    let cases = [
        (250, 200, false),
        (150, 200, false),
        (251, 200, true),
        (149, 200, true),
        (200, 160, false),
        (200, 159, true),
    ];
    for (price, average, far) in cases {
        let update = PythPrice::new(stage.keys.feed_id, price * PRICE, now).ema(average * PRICE);
        stage.publish(update);
        assert_eq!(
            far_from_average(&stage.price_update()),
            far,
            "{price} against {average}"
        );
    }
    for average in [0, -1] {
        let update = PythPrice {
            ema_price: average,
            ..PythPrice::new(stage.keys.feed_id, 200 * PRICE, now)
        };
        stage.publish(update);
        assert!(far_from_average(&stage.price_update()), "no average");
    }
}

/// The average is read with the exponent of its own update.
#[test]
fn an_average_follows_its_exponent() {
    let mut stage = open();
    for exponent in [-8_i32, -12, 0, -3] {
        stage.world.advance(30);
        let scale = |units: i64| match exponent + 8 {
            up @ 0.. => units / 10_i64.pow(up.unsigned_abs()),
            down => units * 10_i64.pow(down.unsigned_abs()),
        };
        let usual = PythPrice::new(stage.keys.feed_id, 200 * PRICE, stage.world.now());
        let update = PythPrice {
            price: scale(usual.price),
            conf: 0,
            ema_price: scale(usual.ema_price) / 2,
            exponent,
            ..usual
        };
        stage.publish(update);
        assert_eq!(stage.price_update().ema_price, 100 * PRICE);
        expect_landed(stage.tick());
        let clock: FeedClock = stage.read(&stage.keys.clock).expect("genesis opened it");
        assert_eq!(clock.price, 200 * PRICE, "exponent {exponent}");
    }
}
