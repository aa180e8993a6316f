//! From the fall of the market to an estate.

use backstop_client::insurance;
use backstop_client::liquidation::{self, BidArgs, Sides};
use backstop_client::remaining::{with_own_expiries, with_series};
use backstop_interface::accounts::OptionKind;
use backstop_testkit::{pubkey, Stage};
use solana_instruction::Instruction;

use super::Album;
use crate::twin::{Twin, PRICE};

fn liquidate(stage: &Stage) -> Instruction {
    let keeper = pubkey("keeper");
    liquidation::liquidate(
        &stage.keys,
        keeper,
        stage.margin("writer"),
        keeper,
        stage.price_account,
    )
}

/// With its expiries, which it is counted in.
fn liquidate_estate(stage: &Stage) -> Instruction {
    let account = stage.account_of("writer");
    with_own_expiries(
        liquidate(stage),
        &account.expect("the writer has an account"),
    )
}

/// With its expiry and all series there, and the surface.
fn estimate(stage: &Stage) -> Instruction {
    let account = stage.account_of("writer").expect("an estate");
    let margin = stage.margin("writer");
    let built = insurance::measure(&stage.keys, margin, stage.price_account);
    let seconds = account.expiries[0].expires_at;
    let series = stage
        .keys
        .expiry(seconds)
        .series(200 * PRICE, OptionKind::Put);
    let surface = Some(stage.keys.vol_surface);
    with_series(with_own_expiries(built, &account), [series.series], surface)
}

fn bid(stage: &Stage) -> Instruction {
    bid_for(stage, 100_000_000)
}

/// The largest slice: the auction ends and its rent goes back.
fn last_bid(stage: &Stage) -> Instruction {
    bid_for(stage, 1_000_000_000)
}

fn bid_for(stage: &Stage, fraction_ppb: u64) -> Instruction {
    let account = stage
        .account_of("writer")
        .expect("the writer has an account");
    let sides = Sides {
        margin_account: stage.margin("writer"),
        bidder: stage.margin("bidder"),
        rent_payer: pubkey("keeper"),
    };
    let args = BidArgs {
        fraction_ppb,
        highest_price_atoms: i64::MAX,
        portfolio_version: account.portfolio_version,
    };
    liquidation::bid(
        &stage.keys,
        pubkey("bidder"),
        &sides,
        args,
        stage.price_account,
    )
}

impl Album {
    /// The writer is seized, sold in part, cured in a fork, and left as an estate.
    pub fn liquidation(&mut self, twin: &mut Twin) {
        let mut mild = twin.clone();
        mild.pass_and_tick(20, 150 * PRICE);
        mild.both(|stage| stage.liquidate("keeper", "writer"));
        mild.pass_and_tick(20, 150 * PRICE);
        self.shoot("bid:solvent", &mild, &["bidder"], bid);
        self.shoot("bid:last", &mild, &["bidder"], last_bid);
        mild.pass_and_tick(20, 200 * PRICE);
        self.shoot("liquidate:cure", &mild, &["keeper"], liquidate);

        twin.pass_and_tick(20, 80 * PRICE);
        self.shoot("liquidate", twin, &["keeper"], liquidate);
        twin.both(|stage| stage.liquidate("keeper", "writer"));
        for _ in 0..44 {
            twin.pass_and_tick(30, 80 * PRICE);
        }
        self.shoot("bid", twin, &["bidder"], bid);
        twin.both(|stage| stage.bid("bidder", "writer", 100_000_000, i64::MAX));
        self.shoot("liquidate:estate", twin, &["keeper"], liquidate_estate);
        twin.both(|stage| stage.liquidate("keeper", "writer"));
        self.shoot("measure:estate", twin, &[], estimate);
        self.shoot("bid:estate", twin, &["bidder"], bid);
    }
}
