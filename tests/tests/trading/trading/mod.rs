//! Offers and fills.

mod cancel_all;
mod cancel_offer;
mod close_offer;
mod fill_accounts;
mod fill_amounts;
mod fill_offer;
mod fill_prices;
mod fill_sides;
mod fill_tables;
mod fill_terms;
mod place_offer;
mod reduce_only;

use backstop_client::SeriesKeys;
use backstop_testkit::{expect_landed, Stage};

use crate::setup::{expiry, fund, put, terms, QUOTE};

/// The writer with 10 000 quote offers the 200 put in a week as number 1.
fn offered(stage: &mut Stage, premium_price: u64, contracts: u64) -> SeriesKeys {
    fund(stage, "writer", 10_000 * QUOTE);
    let week = expiry(stage, 7);
    let put = put(stage, &week);
    expect_landed(stage.place_offer("writer", &put, terms(1, premium_price, contracts)));
    put
}

/// What the market has collected from fills of the writer, in quote atoms.
fn fees(stage: &Stage) -> u64 {
    stage.shard_of("writer").fees_atoms
}
