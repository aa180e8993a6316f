//! Collaterals with feeds of their own in a default: an age lowers their price, bids move them, anyone buys them
//! from an estate.

use anchor_lang::error::ErrorCode;
use backstop_client::account::Flow;
use backstop_client::liquidation::{convert, Conversion};
use backstop_interface::accounts::AccountState;
use backstop_interface::event::{AuctionStarted, Converted};
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_code, expect_landed, pubkey, Balances, Genesis};

use crate::setting::{genesis, Play, PRICE, QUOTE, SOL};

/// Who has collateral in his wallet.
const HOLDERS: [&str; 3] = ["writer", "bidder", "backer"];

/// Atoms of a stable coin.
const STABLE: u64 = 1_000_000;
/// A quarter of an account.
const QUARTER: u64 = 250_000_000;

/// The writer of 1 000 puts holds 30 000 quote, 300 SOL, 1 000 stable coins and 10 staked tokens.
fn play() -> Play {
    let second = NewCollateral {
        name: "second stable",
        feed_id: [13; 32],
        ..NewCollateral::stable()
    };
    let mut play = Play::with(&Genesis {
        others: vec![NewCollateral::staked(), NewCollateral::stable(), second],
        ..genesis()
    });
    for name in HOLDERS {
        for other in ["stable", "second stable"] {
            play.fund_other(name, other, 1_000_000 * STABLE);
        }
        play.fund_other(name, "staked", 1_000 * SOL);
    }
    expect_landed(play.deposit_underlying("writer", 300 * SOL));
    expect_landed(play.deposit_other("writer", "stable", 1_000 * STABLE));
    expect_landed(play.deposit_other("writer", "staked", 10 * SOL));
    play.sell_puts("writer", 1_000, 30_000);
    expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
    play
}

fn held(play: &Play, name: &str, other: &str) -> u64 {
    let mint = play.other(other).keys.mint;
    let account = play.account_of(name).expect("an account");
    account.collateral_atoms(&mint)
}

/// Books and vault of a collateral with a feed of its own agree, and nothing came to be or vanished.
#[track_caller]
fn assert_books(play: &Play, before: &Balances) {
    play.assert_books(before);
    let after = Balances::read(&play.world);
    for other in &play.others {
        let (_, vault) = play.keys.collateral(&other.keys.mint);
        let books = play.config_of(other.name);
        assert_eq!(play.world.balance(&vault), books.claims_atoms);
        before.assert_conserved(&after, &other.keys.mint);
    }
}

/// Publishes a collateral's price as of some seconds ago.
fn old(play: &mut Play, other: &str, price: u64, seconds: i64) {
    let feed_id = play.other(other).price.feed_id;
    let at = play.world.now() - seconds;
    play.publish_other(other, PythPrice::new(feed_id, price, at));
}

/// Value of the writer's account as a trigger finds it.
fn triggered(play: &Play) -> i64 {
    let mut fork = play.clone();
    let landed = expect_landed(fork.liquidate("keeper", "writer"));
    let told: AuctionStarted = fork.told(&landed);
    told.value_atoms
}

#[test]
fn a_trigger_takes_two_minutes_and_counts_a_percent_less_every_thirty_seconds() {
    let mut play = play();
    // Later than any price that was used on the account.
    play.pass(200, 200 * PRICE);
    play.jump(140);
    // The pool pays 154 for a token; its market is below.
    play.set_other_price("staked", 150 * PRICE);
    let fresh = triggered(&play);
    for (seconds, stable_less, staked_less) in [(30, 10, 15), (60, 20, 30), (120, 40, 60)] {
        old(&mut play, "stable", PRICE, seconds);
        assert_eq!(fresh - triggered(&play), stable_less * QUOTE as i64);
        old(&mut play, "staked", 150 * PRICE, seconds);
        let less = (stable_less + staked_less) * QUOTE as i64;
        assert_eq!(fresh - triggered(&play), less, "{seconds} seconds");
        old(&mut play, "stable", PRICE, 0);
        old(&mut play, "staked", 150 * PRICE, 0);
    }
    old(&mut play, "stable", PRICE, 121);
    let refused = play.liquidate("keeper", "writer");
    expect_code(refused, BackstopError::PriceStale);
}

/// Once shown far below redemption for an hour, a staked token counts at its market as long as that is far below. Whoever
/// triggers chooses the age of the price, and the age lowers it: that makes no market fall.
#[test]
fn the_age_of_a_price_makes_no_staked_token_fall_below_redemption() {
    let mut play = play();
    play.jump(140);
    play.set_other_price("staked", 140 * PRICE);
    expect_landed(play.observe("staked"));
    play.pass(3_600, 140 * PRICE);
    expect_landed(play.tick());
    // The silence is a gap of the feed, which nobody is seized after at once.
    play.wait_healthy(130);
    play.set_other_price("stable", PRICE);
    let health = |play: &mut Play, price: u64, seconds: i64| {
        old(play, "staked", price * PRICE, seconds);
        let mut fork = play.clone();
        let landed = expect_landed(fork.liquidate("keeper", "writer"));
        let told: AuctionStarted = fork.told(&landed);
        told.health_mm_atoms
    };
    // The pool pays 154: 150 is near, and 144, what is left of it after two minutes, would be far below.
    let near = health(&mut play, 150, 0);
    assert_eq!(health(&mut play, 150, 120), near);
    // 140 is far below, and there the age counts.
    let far = health(&mut play, 140, 0);
    let aged = health(&mut play, 140, 120);
    assert!(near > far && far > aged, "{near}, {far}, {aged}");
}

#[test]
fn no_collateral_price_goes_back_between_steps() {
    let mut play = play();
    play.jump(140);
    expect_landed(play.liquidate("keeper", "writer"));
    old(&mut play, "stable", PRICE, 1);
    let bid = play.bid("bidder", "writer", QUARTER, i64::MAX);
    expect_code(bid, BackstopError::PriceOlderThanLastUsed);
    old(&mut play, "stable", PRICE, 0);
    expect_landed(play.bid("bidder", "writer", QUARTER, i64::MAX));
}

/// A bidder would choose the price at which what he buys looks cheapest.
#[test]
fn a_bid_takes_no_collateral_price_older_than_a_sale_does() {
    let mut play = play();
    play.jump(140);
    expect_landed(play.liquidate("keeper", "writer"));
    play.pass(60, 140 * PRICE);
    expect_landed(play.tick());
    let mut late = play.clone();
    old(&mut late, "stable", PRICE, 26);
    let bid = late.bid("bidder", "writer", QUARTER, i64::MAX);
    expect_code(bid, BackstopError::PriceStale);
    old(&mut play, "stable", PRICE, 25);
    expect_landed(play.bid("bidder", "writer", QUARTER, i64::MAX));
}

#[test]
fn a_bid_moves_its_part_of_every_collateral() {
    let mut play = play();
    play.jump(140);
    expect_landed(play.liquidate("keeper", "writer"));
    let before = play.balances();
    let landed = expect_landed(play.bid("bidder", "writer", QUARTER, i64::MAX));
    assert!(landed.wire.bytes <= 1_232 && landed.wire.accounts <= 64);
    assert_eq!(held(&play, "bidder", "stable"), 250 * STABLE);
    assert_eq!(held(&play, "writer", "stable"), 750 * STABLE);
    assert_eq!(held(&play, "bidder", "staked"), 5 * SOL / 2);
    assert_eq!(held(&play, "writer", "staked"), 15 * SOL / 2);
    assert_books(&play, &before);
    // The buyer takes them out like any other.
    expect_landed(play.withdraw_other("bidder", "staked", 5 * SOL / 2));
}

#[test]
fn a_bid_is_refused_to_a_bidder_whose_table_is_full() {
    let mut play = play();
    for other in ["second stable", "staked"] {
        expect_landed(play.deposit_other("bidder", other, SOL));
    }
    play.jump(140);
    expect_landed(play.liquidate("keeper", "writer"));
    let bid = play.bid("bidder", "writer", QUARTER, i64::MAX);
    expect_code(bid, BackstopError::CollateralTableFull);
    expect_landed(play.withdraw_other("bidder", "second stable", SOL));
    expect_landed(play.bid("bidder", "writer", QUARTER, i64::MAX));
    assert_eq!(held(&play, "bidder", "staked"), SOL + 5 * SOL / 2);
}

/// [`play`], unsold at 80.
fn estate() -> Play {
    let mut play = play();
    play.jump(80);
    expect_landed(play.liquidate("keeper", "writer"));
    play.wait_healthy(1_200);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
    play
}

#[test]
fn an_estate_sells_collateral_of_every_kind_at_its_own_price() {
    let mut play = estate();
    let before = play.balances();
    play.set_other_price("stable", PRICE * 98 / 100);
    play.set_other_price("staked", 85 * PRICE);
    let cases = [
        ("stable", 400 * STABLE, 392 * QUOTE),
        ("staked", 2 * SOL, 170 * QUOTE),
        ("stable", u64::MAX, 588 * QUOTE),
    ];
    for (other, asked, received) in cases {
        let (cash, had) = (play.cash("writer"), held(&play, "writer", other));
        let landed = expect_landed(play.convert_other("backer", "writer", other, asked));
        let told: Converted = play.told(&landed);
        assert_eq!(told.mint, play.other(other).keys.mint);
        assert_eq!(told.received_atoms, received, "{other}");
        assert_eq!(told.sold_atoms, asked.min(had));
        assert_eq!(play.cash("writer"), cash + received);
        assert_eq!(held(&play, "writer", other), had - told.sold_atoms);
    }
    assert_books(&play, &before);
}

#[test]
fn convert_rejects_old_prices_prices_that_go_back_and_collaterals_not_shown() {
    let mut play = estate();
    old(&mut play, "stable", PRICE, 26);
    let stale = play.convert_other("backer", "writer", "stable", STABLE);
    expect_code(stale, BackstopError::PriceStale);
    // The price of the trigger is the newest that was used.
    old(&mut play, "stable", PRICE, 0);
    expect_landed(play.convert_other("backer", "writer", "stable", STABLE));
    old(&mut play, "stable", PRICE, 1);
    let back = play.convert_other("backer", "writer", "stable", STABLE);
    expect_code(back, BackstopError::PriceOlderThanLastUsed);
    old(&mut play, "stable", PRICE, 0);

    let mint = play.other("stable").keys.mint;
    let buyer = pubkey("backer");
    let wallet = play.world.token_account(&buyer, &mint);
    let quote = play.quote_wallet("backer");
    let asked = |play: &Play, flow: Flow| {
        let conversion = Conversion {
            margin_account: play.margin("writer"),
            mint: flow.mint,
            token_program: play.world.token_program(&flow.mint),
            payment: play.quote_wallet("backer"),
            destination: flow.wallet,
            sell_atoms: flow.amount_atoms,
            highest_price: u64::MAX,
        };
        convert(&play.keys, buyer, &conversion, play.price_account)
    };
    let flow = Flow {
        mint,
        wallet,
        amount_atoms: STABLE,
    };
    let missing = asked(&play, flow);
    play.refuses(missing, "backer", BackstopError::CollateralMissing);
    let of_quote = Flow {
        mint: play.keys.quote_mint,
        wallet: quote,
        ..flow
    };
    let given = asked(&play, of_quote);
    let twice = ErrorCode::ConstraintDuplicateMutableAccount;
    play.refuses(given, "backer", twice);
}
