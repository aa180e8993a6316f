//! Prices at which no leg is handed over.

use backstop_client::bearer::{self, Handover};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey};

use super::transfer_refusals::{over, refuse, with_stranger};
use crate::prices::{never_genuine, not_usable, refuse_accounts, refuse_each};
use crate::setup::{terms, CONTRACT, PRICE};

/// Seconds a price may be old.
const MAX_AGE: i64 = 25;

#[test]
fn transfer_leg_rejects_every_price_that_is_not_genuine_or_not_usable() {
    let (mut stage, put) = with_stranger();
    // One owner signs for both of his accounts here, so that the helpers need one signer.
    let buyer = pubkey("buyer");
    let second = stage.keys.margin_account(&buyer, 1);
    let opened = backstop_client::account::open_account(&stage.keys, buyer, 1);
    expect_landed(stage.world.send(&[opened], &[&key("buyer")]));
    stage.pass(60, 200 * PRICE);
    let handover = Handover {
        giver: (stage.margin("buyer"), buyer),
        receiver: (second, buyer),
        contracts: 1_000_000,
        payment_atoms: 0,
    };
    let given = bearer::transfer_leg(&stage.keys, &put, &handover, stage.price_account);
    let mut cases = never_genuine(&stage);
    cases.extend(not_usable(&stage, MAX_AGE));
    refuse_each(&mut stage, "buyer", &given, cases);
    refuse_accounts(&mut stage, "buyer", &given);
    expect_landed(stage.world.send(&[given], &[&key("buyer")]));
}

/// The newest price either side has used binds both: here the giver's, then the receiver's.
#[test]
fn transfer_leg_rejects_a_price_older_than_either_side_used() {
    for user in ["writer", "stranger"] {
        let (mut stage, put) = with_stranger();
        stage.pass(60, 200 * PRICE);
        expect_landed(stage.place_offer(user, &put, terms(2, 6 * PRICE, CONTRACT)));
        expect_landed(stage.buy_tokens("buyer", user, 2, &put, CONTRACT));
        let mut older = stage.price.clone();
        older.publish_at -= 1;
        stage.publish(older);
        let given = over(&stage, "writer", "stranger", &put, (-1_000_000, 0));
        let error = BackstopError::PriceOlderThanLastUsed;
        refuse(&mut stage, ["writer", "stranger"], &given, error);
    }
}
