//! How far a delegate may move the value of an account by trading.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::orders::{self, Quote};
use backstop_client::requests::{request_fill, Asked};
use backstop_client::trading::{place_offer, PlaceOfferArgs};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{Pricing, Side};
use backstop_interface::BackstopError::TradeOffMark;
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use super::{named, NAME};
use crate::setup::{
    by_ledger, by_wallet, fund, mark, refuse, swapped, CONTRACT, LOT, PRICE, QUOTE,
};

/// The delegate has an account of his own, with 50 000 quote.
fn with_account() -> (Stage, SeriesKeys) {
    let (mut stage, put) = named();
    fund(&mut stage, NAME, 50_000 * QUOTE);
    (stage, put)
}

/// The named account sells to the delegate's, or buys from it; `who` signs for the named one.
fn quoted(
    stage: &Stage,
    put: &SeriesKeys,
    sells: bool,
    premium_price: u64,
    who: &str,
) -> Instruction {
    let (theirs, his) = (
        (stage.margin("buyer"), pubkey(who)),
        (stage.margin(NAME), pubkey(NAME)),
    );
    let (buyer, seller) = if sells { (his, theirs) } else { (theirs, his) };
    let quote = Quote {
        buyer,
        seller,
        contracts: LOT,
        premium_price,
    };
    orders::fill_quote(&stage.keys, put, &quote, stage.price_account)
}

/// The price of a thousandth of mark times `thousandths`.
fn part(stage: &Stage, put: &SeriesKeys, thousandths: u64) -> u64 {
    mark(stage, put) / 1_000 * thousandths
}

/// He signs for both sides: his own account gains no more than 5 % of mark, whichever way it goes; what favours the
/// account is free.
#[test]
fn fill_quote_rejects_a_delegate_who_gives_away_more_than_five_percent_of_mark() {
    let (mut stage, put) = with_account();
    for (sells, thousandths, allowed) in [
        (true, 949, false),
        (true, 951, true),
        (true, 1_500, true),
        (false, 1_051, false),
        (false, 1_049, true),
        (false, 500, true),
    ] {
        let price = part(&stage, &put, thousandths);
        let given = quoted(&stage, &put, sells, price, NAME);
        if allowed {
            expect_landed(stage.world.send(&[given], &[&key(NAME)]));
        } else {
            refuse(&mut stage, NAME, &given, TradeOffMark);
        }
    }
    // The owner gives away what he likes.
    for (sells, price) in [(true, 1), (false, 2 * mark(&stage, &put))] {
        let given = quoted(&stage, &put, sells, price, "buyer");
        expect_landed(stage.world.send(&[given], &[&key("buyer"), &key(NAME)]));
    }
}

fn placed(stage: &Stage, put: &SeriesKeys, args: PlaceOfferArgs) -> Instruction {
    place_offer(&stage.keys, pubkey(NAME), stage.margin("buyer"), put, args)
}

#[test]
fn fill_offer_rejects_a_delegates_ask_far_below_mark_and_his_purchase_far_above() {
    let (mut stage, put) = with_account();
    for (nonce, thousandths, allowed) in [(7, 949, false), (8, 951, true)] {
        let args = PlaceOfferArgs {
            nonce,
            premium_price: part(&stage, &put, thousandths),
            contracts: CONTRACT,
            ..PlaceOfferArgs::default()
        };
        let offer = placed(&stage, &put, args);
        expect_landed(stage.world.send(&[offer], &[&key(NAME)]));
        let given = by_wallet(&mut stage, ("buyer", nonce), &put, LOT);
        if allowed {
            expect_landed(stage.world.send(&[given], &[&key("buyer")]));
        } else {
            refuse(&mut stage, "buyer", &given, TradeOffMark);
        }
    }
    for (nonce, thousandths, allowed) in [(1, 1_051, false), (2, 1_049, true)] {
        let args = PlaceOfferArgs {
            nonce,
            premium_price: part(&stage, &put, thousandths),
            contracts: CONTRACT,
            ..PlaceOfferArgs::default()
        };
        expect_landed(stage.place(NAME, &put, args));
        let given = by_ledger(&stage, "buyer", (NAME, nonce), &put, LOT);
        let given = swapped(given, &pubkey("buyer"), &pubkey(NAME));
        if allowed {
            expect_landed(stage.world.send(&[given], &[&key(NAME)]));
        } else {
            refuse(&mut stage, NAME, &given, TradeOffMark);
        }
    }
}

/// He asks for a fill of his own account's offer, pegged far above the surface.
#[test]
fn execute_fill_rejects_a_delegates_request_far_above_mark() {
    let (mut stage, put) = with_account();
    let args = PlaceOfferArgs {
        nonce: 3,
        contracts: CONTRACT,
        side: Side::Ask,
        pricing: Pricing::Pegged {
            vol_offset_ppm: 900_000,
        },
        ..PlaceOfferArgs::default()
    };
    expect_landed(stage.place(NAME, &put, args));
    for (who, nonce) in [(NAME, 7), ("buyer", 8)] {
        let asked = Asked {
            margin_account: stage.margin("buyer"),
            nonce,
            contracts: LOT,
            limit_price: 100 * PRICE,
        };
        let from = (pubkey(who), stage.quote_wallet(who));
        let offer = stage.offer(NAME, 3);
        let built = request_fill(&stage.keys, from, &put, offer, &asked);
        expect_landed(stage.world.send(&[built], &[&key(who)]));
    }
    stage.pass(15, 200 * PRICE);
    let update = stage.price_account;
    let given = stage.executing(NAME, ("buyer", 7), (NAME, 3), &put, update);
    refuse(&mut stage, NAME, &given, TradeOffMark);
    expect_landed(stage.execute_fill(NAME, ("buyer", 8), (NAME, 3), &put, update));
}
