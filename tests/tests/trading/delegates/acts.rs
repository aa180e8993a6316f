//! What a delegate does.

use backstop_client::trading::{cancel_offer, cancel_offer_of};
use backstop_interface::accounts::Offer;
use backstop_testkit::{expect_landed, key, pubkey, Snapshot};

use super::{deposits, deposits_option, named, places, NAME};
use crate::setup::{
    assert_only_changed, by_ledger, leg, swapped, terms, totals, CONTRACT, PRICE, QUOTE,
};

#[test]
fn he_deposits_what_is_his() {
    let (mut stage, put) = named();
    let given = deposits(&stage);
    expect_landed(stage.world.send(&[given], &[&key(NAME)]));
    assert_eq!(
        stage.account_of("buyer").expect("opened").quote_atoms,
        89 * QUOTE
    );
    stage.give_tokens("buyer", NAME, &put, CONTRACT);
    let given = deposits_option(&mut stage, &put);
    expect_landed(stage.world.send(&[given], &[&key(NAME)]));
    assert_eq!(leg(&stage, "buyer", &put), 3_000_000);
    assert_eq!(totals(&stage, &put), (CONTRACT, 3 * CONTRACT, 4 * CONTRACT));
}

/// He pays the rent, gets it back, and the account that writes is the owner's.
#[test]
fn he_places_an_offer_and_takes_it_back() {
    let (mut stage, put) = named();
    let (rich, address) = (stage.world.lamports(&pubkey(NAME)), stage.offer("buyer", 7));
    let given = places(&stage, &put, 7);
    expect_landed(stage.world.send(&[given], &[&key(NAME)]));
    let offer: Offer = stage.read(&address).expect("placed");
    assert_eq!(
        (offer.maker, offer.margin_account),
        (pubkey(NAME), stage.margin("buyer"))
    );
    expect_landed(stage.buy_tokens("stranger", "buyer", 7, &put, CONTRACT / 2));
    assert_eq!(leg(&stage, "buyer", &put), 1_500_000);
    let given = cancel_offer(pubkey(NAME), address);
    expect_landed(stage.world.send(&[given], &[&key(NAME)]));
    assert_eq!(stage.world.lamports(&pubkey(NAME)), rich);
}

#[test]
fn he_takes_back_the_owners_offer_and_the_owner_his() {
    let (mut stage, put) = named();
    expect_landed(stage.place_offer("buyer", &put, terms(7, 6 * PRICE, CONTRACT)));
    let given = places(&stage, &put, 8);
    expect_landed(stage.world.send(&[given], &[&key(NAME)]));
    let margin = stage.margin("buyer");
    for (who, maker, nonce) in [(NAME, "buyer", 7), ("buyer", NAME, 8)] {
        let offer = stage.offer("buyer", nonce);
        let before = Snapshot::whole(&stage.world);
        let given = cancel_offer_of(pubkey(who), margin, offer, pubkey(maker));
        expect_landed(stage.world.send(&[given], &[&key(who)]));
        assert_only_changed(&before, &stage, &[offer, pubkey(maker)]);
    }
}

#[test]
fn he_buys_into_the_account_with_its_money() {
    let (mut stage, put) = named();
    expect_landed(stage.place_offer("writer", &put, terms(2, 6 * PRICE, CONTRACT)));
    let given = by_ledger(&stage, "buyer", ("writer", 2), &put, CONTRACT);
    let given = swapped(given, &pubkey("buyer"), &pubkey(NAME));
    expect_landed(stage.world.send(&[given], &[&key(NAME)]));
    let account = stage.account_of("buyer").expect("opened");
    assert_eq!(account.quote_atoms, 82 * QUOTE);
    assert_eq!(leg(&stage, "buyer", &put), 3_000_000);
}
