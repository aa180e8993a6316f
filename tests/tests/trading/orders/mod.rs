//! Offers of both sides and of every pricing, sweeps, quotes two owners sign, writing for oneself.

mod below_margin;
mod closing;
mod cover;
mod diary;
mod fees;
mod full_tables;
mod guard;
mod leg_limit;
mod pegged;
mod place;
mod quote;
mod quote_refusals;
mod request;
mod request_refusals;
mod request_terms;
mod rises;
mod states;
mod stories;
mod sweep;
mod sweep_refusals;
mod sweep_skips;
mod tables;
mod write_option;

use backstop_client::orders::{Named, Order};
use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{Offer, Pricing, Side};
use backstop_interface::event::{OffersSwept, SweptOffer};
use backstop_testkit::{expect_landed, Landed, Stage};

use crate::setup::{expiry, fund, open, put, PRICE, QUOTE};

/// No limit to the cost of a sweep.
const ANY: i64 = i64::MAX;

/// Terms of an ask.
pub fn ask(nonce: u64, premium_price: u64, contracts: u64) -> PlaceOfferArgs {
    PlaceOfferArgs {
        nonce,
        premium_price,
        contracts,
        ..PlaceOfferArgs::default()
    }
}

/// Terms of a bid.
fn bid(nonce: u64, premium_price: u64, contracts: u64) -> PlaceOfferArgs {
    PlaceOfferArgs {
        side: Side::Bid,
        ..ask(nonce, premium_price, contracts)
    }
}

/// Terms of an ask at the surface's volatility and an offset, down to any premium.
pub fn pegged(nonce: u64, vol_offset_ppm: i32, contracts: u64) -> PlaceOfferArgs {
    PlaceOfferArgs {
        pricing: Pricing::Pegged { vol_offset_ppm },
        ..ask(nonce, 0, contracts)
    }
}

/// Accounts of writer, stranger and buyer with 10 000 quote each, and the 200 put in a week.
fn three() -> (Stage, SeriesKeys) {
    let mut stage = open();
    for name in ["writer", "stranger", "buyer"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    (stage, put)
}

/// An order for all of `contracts` from offers that are named by maker and nonce.
pub fn order(
    stage: &Stage,
    series: &SeriesKeys,
    side: Side,
    contracts: u64,
    offers: &[(&str, u64)],
) -> Order {
    let named = offers
        .iter()
        .map(|(maker, nonce)| stage.named(maker, *nonce));
    let named: Vec<Named> = named.collect();
    Order::whole(series, side, contracts, named)
}

/// What a sweep told.
#[track_caller]
fn told(stage: &Stage, landed: &Landed) -> OffersSwept {
    let mut events = landed.events::<OffersSwept>(&stage.world.program_id());
    assert_eq!(events.len(), 1, "one event");
    events.remove(0)
}

/// Contracts filled and the error of each offer of a sweep.
fn outcomes(event: &OffersSwept) -> Vec<(u64, u32)> {
    let short = |offer: &SweptOffer| (offer.contracts, offer.skipped);
    event.offers.iter().map(short).collect()
}

/// Quote of an actor's account.
fn cash(stage: &Stage, name: &str) -> u64 {
    stage.account_of(name).expect("opened").quote_atoms
}

/// Contracts left of an actor's offer.
fn left(stage: &Stage, maker: &str, nonce: u64) -> u64 {
    let offer: Offer = stage
        .read(&stage.offer(maker, nonce))
        .expect("the offer stands");
    offer.remaining_contracts
}

/// Publishes and ticks a price 20 seconds later.
fn move_to(stage: &mut Stage, price: u64) {
    stage.pass(20, price);
    expect_landed(stage.tick());
}

/// Lowers the price by half a quote at a time until the actor's account is 500 quote below initial margin.
#[track_caller]
fn fall_below_initial_margin(stage: &mut Stage, name: &str) {
    let mut price = stage.price_update().price;
    while stage.assess(name).health_im() >= -(500 * QUOTE as i64) {
        price -= PRICE / 2;
        move_to(stage, price);
    }
    assert!(
        stage.assess(name).health_mm() >= 0,
        "not below maintenance margin"
    );
}

/// Every transaction of a story, as `client` built it, fits a packet and the locks of a node.
#[track_caller]
fn assert_all_fit(stage: &Stage) {
    let widest = stage.world.widest();
    println!("widest transaction: {widest:?}");
    assert!(
        widest.bytes > 0 && widest.bytes <= 1_232 && widest.accounts <= 64,
        "{widest:?}"
    );
}
