//! What writers and buyers do, told on the real bytecode. One call or put is one contract on one unit of the underlying;
//! the price begins at 200.

mod makers;
mod spreads;
mod writers;

use backstop_testkit::{expect_landed, Stage};

use crate::setup::{surface, PRICE, QUOTE};

/// A day later, at this price.
fn next_day(stage: &mut Stage, price: u64) {
    stage.pass(86_400, price * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
}

/// Quote in an actor's wallet.
fn wallet(stage: &Stage, name: &str) -> u64 {
    stage.world.balance(&stage.quote_wallet(name))
}

/// The same sum of money with its sign.
fn money(quote: u64) -> i64 {
    (quote * QUOTE) as i64
}
