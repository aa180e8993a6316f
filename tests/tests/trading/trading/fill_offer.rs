//! What a fill moves and books, in both forms.

use backstop_interface::accounts::Offer;
use backstop_interface::event::OfferFilled;
use backstop_testkit::{expect_landed, pubkey, Balances, Snapshot};

use super::{fees, offered};
use crate::setup::{
    assert_only_changed, books, fund, open, sale_fee, terms, totals, written, CONTRACT, PRICE,
    QUOTE,
};

#[test]
fn a_wallet_pays_the_premium_and_gets_option_tokens() {
    let mut stage = open();
    let put = offered(&mut stage, 6 * PRICE, 5 * CONTRACT);
    let destination = stage
        .world
        .token_account(&pubkey("buyer"), &put.option_mint);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, 2 * CONTRACT));

    let (keys, wallet, writer) = (
        stage.keys,
        stage.quote_wallet("buyer"),
        stage.margin("writer"),
    );
    let tokens = [wallet, destination, put.option_mint, keys.vault];
    let books = [
        keys.quote,
        writer,
        keys.shard_of(&writer),
        put.series,
        stage.offer("writer", 1),
    ];
    assert_only_changed(
        &before,
        &stage,
        &[tokens.as_slice(), books.as_slice()].concat(),
    );
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &keys.quote_mint);
    balances.assert_created(&after, &put.option_mint, i128::from(2 * CONTRACT));
    assert_eq!(balances.gain(&after, &wallet), -i128::from(12 * QUOTE));
    assert_eq!(balances.gain(&after, &keys.vault), i128::from(12 * QUOTE));
    assert_eq!(
        balances.gain(&after, &destination),
        i128::from(2 * CONTRACT)
    );
}

#[test]
fn the_writer_the_fees_the_series_and_the_offer_are_booked() {
    let mut stage = open();
    let put = offered(&mut stage, 6 * PRICE, 5 * CONTRACT);
    let (premium, fee) = (12 * QUOTE, sale_fee(&stage, &put, 2 * CONTRACT, 6 * PRICE));
    let landed = expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, 2 * CONTRACT));
    let writer = stage.account_of("writer").expect("opened");
    assert_eq!(writer.quote_atoms, 10_000 * QUOTE + premium - fee);
    let leg = writer.legs[0];
    assert_eq!(
        (leg.quantity_contracts, leg.strike_price),
        (-2_000_000, 200 * PRICE)
    );
    assert_eq!(writer.last_price_at, stage.price_update().publish_at);
    let claims = books(&stage, &stage.keys.quote_mint).claims_atoms;
    assert_eq!((fees(&stage), claims), (fee, 10_000 * QUOTE + premium));
    assert_eq!(totals(&stage, &put), (2 * CONTRACT, 0, 2 * CONTRACT));
    let left: Offer = stage.read(&stage.offer("writer", 1)).expect("it stays");
    assert_eq!(left.remaining_contracts, 3 * CONTRACT);

    let events = landed.events::<OfferFilled>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.offer, event.series),
        (stage.offer("writer", 1), put.series)
    );
    assert_eq!(
        (event.writer, event.buyer),
        (stage.margin("writer"), pubkey("buyer"))
    );
    let told = (event.contracts, event.premium_atoms, event.fee_atoms);
    assert_eq!(told, (2 * CONTRACT, premium, fee));
}

#[test]
fn a_margin_account_pays_from_its_balance_and_gets_a_ledger_long() {
    let mut stage = open();
    let put = offered(&mut stage, 6 * PRICE, 5 * CONTRACT);
    fund(&mut stage, "buyer", 12 * QUOTE);
    let (before, claims) = (
        Snapshot::whole(&stage.world),
        books(&stage, &stage.keys.quote_mint).claims_atoms,
    );
    let balances = Balances::read(&stage.world);
    let landed = expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, 2 * CONTRACT));

    let shard = stage.keys.shard_of(&stage.margin("writer"));
    let changed = [
        stage.margin("buyer"),
        stage.margin("writer"),
        shard,
        put.series,
        stage.offer("writer", 1),
    ];
    assert_only_changed(&before, &stage, &changed);
    assert_eq!(
        balances.of(&stage.keys.vault),
        Balances::read(&stage.world).of(&stage.keys.vault)
    );
    let (buyer, writer) = (
        stage.account_of("buyer").expect("opened"),
        stage.account_of("writer").expect("opened"),
    );
    assert_eq!(
        (buyer.quote_atoms, buyer.legs[0].quantity_contracts),
        (0, 2_000_000)
    );
    assert_eq!(writer.quote_atoms + fees(&stage), 10_012 * QUOTE);
    assert_eq!(books(&stage, &stage.keys.quote_mint).claims_atoms, claims);
    assert_eq!(buyer.last_price_at, stage.price_update().publish_at);
    assert_eq!(totals(&stage, &put), (0, 2 * CONTRACT, 2 * CONTRACT));
    assert_eq!(
        landed
            .events::<OfferFilled>(&stage.world.program_id())
            .len(),
        1
    );
}

#[test]
fn a_short_is_closed_by_a_ledger_long_and_the_totals_follow() {
    let (mut stage, put) = written(2 * CONTRACT);
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    let terms = terms(1, 6 * PRICE, 3 * CONTRACT);
    expect_landed(stage.place_offer("stranger", &put, terms));
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &put, 2 * CONTRACT));
    assert!(stage
        .account_of("writer")
        .expect("opened")
        .legs
        .iter()
        .all(|leg| !leg.in_use()));
    assert_eq!(totals(&stage, &put), (2 * CONTRACT, 0, 2 * CONTRACT));
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &put, CONTRACT));
    assert_eq!(totals(&stage, &put), (2 * CONTRACT, CONTRACT, 3 * CONTRACT));
}
