//! The fee schedule: shares of premium and notional, capped as a share of the premium.

use backstop_testkit::{expect_landed, Genesis, Stage};

use super::cash;
use crate::setup::{expiry, fund, open_with, put, CONTRACT, PRICE, QUOTE};

fn with_notional_fee() -> (Stage, backstop_client::SeriesKeys) {
    let mut genesis = Genesis::default();
    genesis.params.notional_fee_ppb = 300_000;
    let mut stage = open_with(&genesis);
    for name in ["writer", "buyer"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    (stage, put)
}

/// Premium, and the fee expected: 2 % of it and 0.03 % of 400 quote, at most an eighth of it.
#[test]
fn both_shares_are_charged_up_to_the_cap() {
    for (premium_price, fee) in [
        (6 * PRICE, 240_000 + 120_000),
        (PRICE, 40_000 + 120_000),
        (PRICE / 2, 125_000),
        (PRICE / 100, 2_500),
        (1_000, 1),
    ] {
        let (mut stage, put) = with_notional_fee();
        let premium = 2 * premium_price / 1_000;
        expect_landed(stage.fill_quote("buyer", "writer", &put, 2 * CONTRACT, premium_price));
        assert_eq!(
            stage.shard_of("writer").fees_atoms,
            fee,
            "premium {premium_price}"
        );
        assert_eq!(cash(&stage, "writer"), 10_000 * QUOTE + premium - fee);
        assert_eq!(cash(&stage, "buyer"), 10_000 * QUOTE - premium);
    }
}
