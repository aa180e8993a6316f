//! What taking a long out as tokens moves and books.

use backstop_interface::accounts::OptionKind::Put;
use backstop_interface::event::OptionWithdrawn;
use backstop_interface::BackstopError;
use backstop_testkit::{address, expect_landed, key, pubkey, Balances, Snapshot};

use super::{held, taken};
use crate::setup::{
    assert_only_changed, fund, leg, series, swapped, terms, totals, CONTRACT, LOT, PRICE, QUOTE,
};

#[test]
fn a_part_of_a_long_becomes_tokens_and_nothing_else_moves() {
    let (mut stage, put) = held();
    let wallet = stage.world.ata(&pubkey("buyer"), &put.option_mint);
    stage.pass(5, 200 * PRICE);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let landed = expect_landed(stage.withdraw_option("buyer", &put, CONTRACT / 2));

    let changed = [stage.margin("buyer"), put.series, put.option_mint, wallet];
    assert_only_changed(&before, &stage, &changed);
    let after = Balances::read(&stage.world);
    balances.assert_created(&after, &put.option_mint, i128::from(CONTRACT / 2));
    assert_eq!(balances.gain(&after, &wallet), i128::from(CONTRACT / 2));
    assert_eq!(leg(&stage, "buyer", &put), 1_500_000);
    assert_eq!(
        totals(&stage, &put),
        (5 * CONTRACT / 2, 3 * CONTRACT / 2, 4 * CONTRACT)
    );
    let account = stage.account_of("buyer").expect("opened");
    assert_eq!(account.quote_atoms, 88 * QUOTE);
    assert!(
        account.last_price_at < stage.price_update().publish_at,
        "who only holds needs no price"
    );

    let events = landed.events::<OptionWithdrawn>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    let told = (event.margin_account, event.series, event.contracts);
    assert_eq!(told, (stage.margin("buyer"), put.series, CONTRACT / 2));
}

#[test]
fn the_last_contract_leaves_no_leg_and_needs_no_price() {
    let (mut stage, put) = held();
    stage.world.advance(86_400);
    let nobody = address("nobody's account");
    let asked = taken(&mut stage, "buyer", &put, 2 * CONTRACT);
    let asked = swapped(asked, &stage.price_account, &nobody);
    expect_landed(stage.world.send(&[asked], &[&key("buyer")]));
    let account = stage.account_of("buyer").expect("opened");
    assert!(account.legs.iter().all(|leg| !leg.in_use()));
    assert!(account.expiries.iter().all(|slot| slot.expires_at == 0));
    assert_eq!(totals(&stage, &put), (4 * CONTRACT, 0, 4 * CONTRACT));
}

#[test]
fn it_works_until_the_second_before_expiry() {
    let (mut stage, put) = held();
    stage.world.warp_to(put.expiry.expires_at - 1);
    stage.set_price(150 * PRICE);
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    expect_landed(stage.withdraw_option("buyer", &put, 1));
    assert_eq!(leg(&stage, "buyer", &put), 1_999_999);
}

/// Sold on to a third wallet, put into that owner's account and taken out by him.
#[test]
fn tokens_are_sold_on_and_put_back() {
    let (mut stage, put) = held();
    expect_landed(stage.withdraw_option("buyer", &put, 2 * CONTRACT));
    stage.give_tokens("buyer", "stranger", &put, 3 * CONTRACT);
    fund(&mut stage, "stranger", QUOTE);
    expect_landed(stage.deposit_option("stranger", &put, 3 * CONTRACT));
    assert_eq!(leg(&stage, "stranger", &put), 3_000_000);
    assert_eq!(totals(&stage, &put), (CONTRACT, 3 * CONTRACT, 4 * CONTRACT));
    expect_landed(stage.withdraw_option("stranger", &put, 3 * CONTRACT));
    assert_eq!(totals(&stage, &put), (4 * CONTRACT, 0, 4 * CONTRACT));
    let wallet = stage.world.ata(&pubkey("stranger"), &put.option_mint);
    assert_eq!(stage.world.balance(&wallet), 3 * CONTRACT);
}

/// The long at 200 covers the short at 190: all but what margin needs of it may leave.
#[test]
fn what_margin_does_not_need_of_a_cover_may_leave() {
    let (mut stage, put) = held();
    let low = series(&mut stage, &put.expiry, 190 * PRICE, Put);
    expect_landed(stage.place_offer("buyer", &low, terms(1, 4 * PRICE, 2 * CONTRACT)));
    expect_landed(stage.buy_tokens("stranger", "buyer", 1, &low, 2 * CONTRACT));
    let refused = loop {
        match stage.withdraw_option("buyer", &put, LOT) {
            Ok(_) => assert!(stage.assess("buyer").health_im() >= 0),
            Err(failed) => break failed,
        }
    };
    assert_eq!(
        refused.code(),
        Some(BackstopError::BelowInitialMargin.into())
    );
    let left = leg(&stage, "buyer", &put);
    assert!((1..2_000_000).contains(&left), "{left} of the cover stays");
}
