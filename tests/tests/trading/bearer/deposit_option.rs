//! What putting option tokens into an account moves and books.

use backstop_interface::event::OptionDeposited;
use backstop_testkit::{expect_landed, pubkey, Balances, Snapshot};

use super::held;
use crate::setup::{
    assert_only_changed, fund, indebted, leg, open, terms, totals, written, CONTRACT, LOT, PRICE,
    QUOTE,
};

#[test]
fn tokens_become_a_long_and_nothing_else_moves() {
    let (mut stage, put) = held();
    let wallet = stage.world.ata(&pubkey("buyer"), &put.option_mint);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let version = stage.account_of("buyer").expect("opened").portfolio_version;
    let landed = expect_landed(stage.deposit_option("buyer", &put, CONTRACT));

    let changed = [stage.margin("buyer"), put.series, put.option_mint, wallet];
    assert_only_changed(&before, &stage, &changed);
    let after = Balances::read(&stage.world);
    balances.assert_created(&after, &put.option_mint, -i128::from(CONTRACT));
    assert_eq!(balances.gain(&after, &wallet), -i128::from(CONTRACT));
    assert_eq!(leg(&stage, "buyer", &put), 3_000_000);
    assert_eq!(totals(&stage, &put), (CONTRACT, 3 * CONTRACT, 4 * CONTRACT));
    let account = stage.account_of("buyer").expect("opened");
    assert_eq!(account.portfolio_version, version + 1);

    let events = landed.events::<OptionDeposited>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    let told = (event.margin_account, event.series, event.contracts);
    assert_eq!(told, (stage.margin("buyer"), put.series, CONTRACT));
}

/// Bought on the market and put in, the writer's short is closed and both totals fall.
#[test]
fn tokens_close_a_short() {
    let (mut stage, put) = written(2 * CONTRACT);
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    expect_landed(stage.place_offer("stranger", &put, terms(1, 6 * PRICE, 3 * CONTRACT)));
    expect_landed(stage.buy_tokens("writer", "stranger", 1, &put, 3 * CONTRACT));
    assert_eq!(totals(&stage, &put), (5 * CONTRACT, 0, 5 * CONTRACT));
    expect_landed(stage.deposit_option("writer", &put, CONTRACT / 2));
    assert_eq!(leg(&stage, "writer", &put), -1_500_000);
    assert_eq!(
        totals(&stage, &put),
        (9 * CONTRACT / 2, 0, 9 * CONTRACT / 2)
    );
    expect_landed(stage.deposit_option("writer", &put, 5 * CONTRACT / 2));
    assert_eq!(leg(&stage, "writer", &put), 1_000_000);
    assert_eq!(totals(&stage, &put), (2 * CONTRACT, CONTRACT, 3 * CONTRACT));
}

/// No price, however old everything is; below maintenance margin and in debt as well.
#[test]
fn it_needs_no_price_and_no_health() {
    let (mut stage, put) = held();
    stage.world.advance(100_000);
    expect_landed(stage.deposit_option("buyer", &put, CONTRACT));

    let (mut stage, put) = written(80 * CONTRACT);
    stage.pass(20, 80 * PRICE);
    assert!(stage.assess("writer").health_mm() < 0);
    fund(&mut stage, "stranger", 100_000 * QUOTE);
    expect_landed(stage.place_offer("stranger", &put, terms(1, 120 * PRICE, CONTRACT)));
    expect_landed(stage.buy_tokens("writer", "stranger", 1, &put, CONTRACT));
    expect_landed(stage.deposit_option("writer", &put, CONTRACT));
    assert_eq!(leg(&stage, "writer", &put), -79_000_000);

    let (mut stage, later) = indebted();
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    expect_landed(stage.place_offer("stranger", &later, terms(1, PRICE, CONTRACT)));
    expect_landed(stage.buy_tokens("writer", "stranger", 1, &later, CONTRACT));
    expect_landed(stage.deposit_option("writer", &later, CONTRACT));
}

#[test]
fn it_works_from_one_lot_until_the_second_before_expiry() {
    let (mut stage, put) = held();
    stage.world.warp_to(put.expiry.expires_at - 1);
    expect_landed(stage.deposit_option("buyer", &put, LOT));
    expect_landed(stage.deposit_option("buyer", &put, LOT + 1));
    assert_eq!(leg(&stage, "buyer", &put), 2_020_001);
}

/// A leg of a series the account never traded.
#[test]
fn it_opens_a_leg() {
    let mut stage = open();
    fund(&mut stage, "stranger", 0);
    fund(&mut stage, "writer", 10_000 * QUOTE);
    let week = crate::setup::expiry(&mut stage, 7);
    let put = crate::setup::put(&mut stage, &week);
    crate::setup::offer(&mut stage, &put, 1, CONTRACT);
    expect_landed(stage.buy_tokens("stranger", "writer", 1, &put, CONTRACT));
    expect_landed(stage.deposit_option("stranger", &put, CONTRACT));
    let account = stage.account_of("stranger").expect("opened");
    assert_eq!(account.legs[0].quantity_contracts, 1_000_000);
    assert_eq!(account.expires_at(&account.legs[0]), week.expires_at);
}
