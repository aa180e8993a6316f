//! What handing a leg to another account moves and books.

use backstop_client::account::open_account;
use backstop_client::bearer::{self, Handover};
use backstop_client::SeriesKeys;
use backstop_interface::event::LegTransferred;
use backstop_testkit::{expect_landed, key, pubkey, Balances, Snapshot, Stage};

use super::held;
use crate::setup::{
    assert_only_changed, fund, leg, sale_fee, terms, totals, CONTRACT, PRICE, QUOTE,
};

fn cash(stage: &Stage, name: &str) -> u64 {
    stage.account_of(name).expect("opened").quote_atoms
}

fn unreported(stage: &Stage, name: &str) -> u64 {
    let account = stage.account_of(name).expect("opened");
    account
        .legs
        .iter()
        .map(|leg| leg.unreported_contracts)
        .sum()
}

/// [`held`], with 5 000 quote in an account of the stranger.
fn with_stranger() -> (Stage, SeriesKeys) {
    let (mut stage, put) = held();
    fund(&mut stage, "stranger", 5_000 * QUOTE);
    stage.pass(5, 200 * PRICE);
    (stage, put)
}

#[test]
fn a_long_goes_over_and_the_receiver_pays() {
    let (mut stage, put) = with_stranger();
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let paid = 7 * QUOTE as i64;
    let landed = expect_landed(stage.transfer_leg("buyer", "stranger", &put, 500_000, paid));

    // 14 a contract, more than mark: the fee is 2 % of it, from the giver of a long.
    let fee = 140_000;
    let (giver, receiver) = (stage.margin("buyer"), stage.margin("stranger"));
    let changed = [giver, receiver, stage.keys.shard_of(&giver)];
    assert_only_changed(&before, &stage, &changed);
    assert_eq!(
        balances.of(&stage.keys.vault),
        Balances::read(&stage.world).of(&stage.keys.vault)
    );
    assert_eq!(
        (leg(&stage, "buyer", &put), leg(&stage, "stranger", &put)),
        (1_500_000, 500_000)
    );
    assert_eq!(
        (cash(&stage, "buyer"), cash(&stage, "stranger")),
        (95 * QUOTE - fee, 4_993 * QUOTE)
    );
    assert_eq!(
        totals(&stage, &put),
        (2 * CONTRACT, 2 * CONTRACT, 4 * CONTRACT)
    );
    for name in ["buyer", "stranger"] {
        let account = stage.account_of(name).expect("opened");
        assert_eq!(account.last_price_at, stage.price_update().publish_at);
    }
    let events = landed.events::<LegTransferred>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.giver, event.receiver),
        (stage.margin("buyer"), stage.margin("stranger"))
    );
    assert_eq!(
        (event.expires_at, event.strike_price, event.kind),
        (put.expiry.expires_at, put.strike_price, put.kind.byte())
    );
    let sums = (event.contracts, event.payment_atoms, event.fee_atoms);
    assert_eq!(sums, (500_000, paid, fee));
}

#[test]
fn a_short_goes_over_and_the_giver_pays() {
    let (mut stage, put) = with_stranger();
    let before = cash(&stage, "writer");
    let paid = -20 * QUOTE as i64;
    // 5 a contract is less than mark, on which the receiver of a short pays.
    let fee = sale_fee(&stage, &put, 4 * CONTRACT, 5 * PRICE);
    assert!(fee > 400_000);
    expect_landed(stage.transfer_leg("writer", "stranger", &put, -4_000_000, paid));
    let writer = stage.account_of("writer").expect("opened");
    assert!(
        writer.legs.iter().all(|leg| !leg.in_use()),
        "all of it left"
    );
    assert!(writer.expiries.iter().all(|slot| slot.expires_at == 0));
    assert_eq!(leg(&stage, "stranger", &put), -4_000_000);
    assert_eq!(
        (cash(&stage, "writer"), cash(&stage, "stranger")),
        (before - 20 * QUOTE, 5_020 * QUOTE - fee)
    );
    assert_eq!(
        totals(&stage, &put),
        (2 * CONTRACT, 2 * CONTRACT, 4 * CONTRACT)
    );
}

#[test]
fn it_needs_no_payment_and_one_owner_may_move_between_his_accounts() {
    let (mut stage, put) = with_stranger();
    let buyer = pubkey("buyer");
    let second = stage.keys.margin_account(&buyer, 1);
    let opened = open_account(&stage.keys, buyer, 1);
    expect_landed(stage.world.send(&[opened], &[&key("buyer")]));
    let handover = Handover {
        giver: (stage.margin("buyer"), buyer),
        receiver: (second, buyer),
        contracts: 2_000_000,
        payment_atoms: 0,
    };
    let given = bearer::transfer_leg(&stage.keys, &put, &handover, stage.price_account);
    let before = (cash(&stage, "buyer"), stage.shard_of("buyer").fees_atoms);
    expect_landed(stage.world.send(&[given], &[&key("buyer")]));
    // No fee between accounts of one owner.
    let after = (cash(&stage, "buyer"), stage.shard_of("buyer").fees_atoms);
    assert_eq!(before, after);
    let account = stage.account_at(&second).expect("opened");
    assert_eq!(account.legs[0].quantity_contracts, 2_000_000);
}

/// A gift pays as a sale at mark: what is paid elsewhere saves nothing.
#[test]
fn a_gift_to_another_owner_pays_the_fee() {
    let (mut stage, put) = with_stranger();
    let fee = sale_fee(&stage, &put, CONTRACT, 0);
    let before = (cash(&stage, "buyer"), stage.shard_of("buyer").fees_atoms);
    expect_landed(stage.transfer_leg("buyer", "stranger", &put, CONTRACT as i64, 0));
    let after = (cash(&stage, "buyer"), stage.shard_of("buyer").fees_atoms);
    assert_eq!((before.0 - fee, before.1 + fee), after);
}

/// What nets waits in the receiver's leg; his next trade in the series reports it.
#[test]
fn what_nets_is_reported_by_the_next_trade() {
    let (mut stage, put) = with_stranger();
    expect_landed(stage.transfer_leg("buyer", "writer", &put, 1_500_000, 0));
    assert_eq!(
        (leg(&stage, "writer", &put), unreported(&stage, "writer")),
        (-2_500_000, 3 * CONTRACT / 2)
    );
    let both = (2 * CONTRACT, 2 * CONTRACT, 4 * CONTRACT);
    assert_eq!(totals(&stage, &put), both);

    let mut other = stage.clone();
    expect_landed(stage.place_offer("stranger", &put, terms(1, 6 * PRICE, CONTRACT)));
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &put, CONTRACT));
    assert_eq!(unreported(&stage, "writer"), 0);
    assert_eq!(
        totals(&stage, &put),
        (2 * CONTRACT, CONTRACT / 2, 5 * CONTRACT / 2)
    );

    // A leg that goes on keeps what it has to report.
    expect_landed(other.transfer_leg("writer", "stranger", &put, -2_500_000, 0));
    assert_eq!(
        (leg(&other, "writer", &put), unreported(&other, "writer")),
        (0, 3 * CONTRACT / 2)
    );
    assert_eq!(totals(&other, &put), both);
    other.give_tokens("buyer", "writer", &put, CONTRACT);
    expect_landed(other.deposit_option("writer", &put, CONTRACT));
    assert_eq!(
        (leg(&other, "writer", &put), unreported(&other, "writer")),
        (1_000_000, 0)
    );
    assert_eq!(
        totals(&other, &put),
        (CONTRACT, 3 * CONTRACT / 2, 5 * CONTRACT / 2)
    );
}

#[test]
fn a_long_goes_until_the_second_before_expiry_and_a_short_until_the_last_hour() {
    let (mut stage, put) = with_stranger();
    stage.world.warp_to(put.expiry.expires_at - 3_601);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    expect_landed(stage.transfer_leg("writer", "stranger", &put, -10_000, 0));
    fund(&mut stage, "keeper", QUOTE);
    stage.world.warp_to(put.expiry.expires_at - 1);
    stage.set_price(200 * PRICE);
    expect_landed(stage.transfer_leg("buyer", "keeper", &put, 10_000, 0));
}

/// A second before expiry an option is worth what it pays, and so is the fee: 2 % of 10, and what a second is worth.
#[test]
fn in_the_last_second_the_fee_is_that_of_the_payoff() {
    let (mut stage, put) = with_stranger();
    stage.world.warp_to(put.expiry.expires_at - 1);
    stage.set_price(190 * PRICE);
    let before = stage.shard_of("buyer").fees_atoms;
    expect_landed(stage.transfer_leg("buyer", "stranger", &put, CONTRACT as i64, 0));
    let fee = stage.shard_of("buyer").fees_atoms - before;
    assert!((200_000..200_100).contains(&fee), "{fee}");
}

/// Less than a lot goes only as the whole of a leg.
#[test]
fn an_odd_rest_goes_whole() {
    let (mut stage, put) = with_stranger();
    expect_landed(stage.withdraw_option("buyer", &put, 1_999_999));
    expect_landed(stage.transfer_leg("buyer", "stranger", &put, 1, 0));
    assert_eq!(leg(&stage, "stranger", &put), 1);
}
