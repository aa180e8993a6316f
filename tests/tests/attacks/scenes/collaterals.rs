//! Collaterals with feeds of their own: in, shown to a withdrawal, a fill, a trigger and a bid, sold by an estate.

use backstop_client::account::{self, Flow};
use backstop_client::feed;
use backstop_client::liquidation::{self, BidArgs, Conversion, Sides};
use backstop_client::remaining::{with_collaterals, with_proof_of_life};
use backstop_testkit::{pubkey, OfferTerms, Stage};
use solana_instruction::Instruction;

use super::museum::{put, LARGE};
use super::Album;
use crate::twin::{Twin, PRICE, QUOTE};

/// Of the holder, behind what an instruction has.
fn shown(stage: &Stage, instruction: Instruction) -> Instruction {
    let holder = stage.account_of("holder").expect("opened");
    let known: Vec<_> = stage.others.iter().map(|one| one.keys).collect();
    with_collaterals(instruction, [&holder], None, &known)
}

fn flow(stage: &Stage, other: &str, amount_atoms: u64) -> Flow {
    let mint = stage.other(other).keys.mint;
    Flow {
        mint,
        wallet: stage.world.ata(&pubkey("holder"), &mint),
        amount_atoms,
    }
}

fn withdraw(stage: &Stage, other: &str) -> Instruction {
    let (owner, margin) = (pubkey("holder"), stage.margin("holder"));
    let flow = flow(stage, other, PRICE / 100);
    let plain = account::withdraw(&stage.keys, owner, margin, flow, stage.price_account);
    shown(stage, plain)
}

fn liquidate(stage: &Stage) -> Instruction {
    let (keeper, target) = (pubkey("keeper"), stage.margin("holder"));
    let plain = liquidation::liquidate(&stage.keys, keeper, target, keeper, stage.price_account);
    shown(stage, plain)
}

fn bid(stage: &Stage) -> Instruction {
    let sides = Sides {
        margin_account: stage.margin("holder"),
        bidder: stage.margin("bidder"),
        rent_payer: pubkey("keeper"),
    };
    let version = stage.account_of("holder").map(|one| one.portfolio_version);
    let args = BidArgs {
        fraction_ppb: 100_000_000,
        highest_price_atoms: i64::MAX,
        portfolio_version: version.expect("opened"),
    };
    let bidder = pubkey("bidder");
    let plain = liquidation::bid(&stage.keys, bidder, &sides, args, stage.price_account);
    shown(stage, plain)
}

fn convert(stage: &Stage) -> Instruction {
    let (buyer, mint) = (pubkey("buyer"), stage.other("staked").keys.mint);
    let conversion = Conversion {
        margin_account: stage.margin("holder"),
        mint,
        token_program: stage.world.token_program(&mint),
        payment: stage.quote_wallet("buyer"),
        destination: stage.world.ata(&buyer, &mint),
        sell_atoms: PRICE / 100,
        highest_price: u64::MAX,
    };
    let plain = liquidation::convert(&stage.keys, buyer, &conversion, stage.price_account);
    let known: Vec<_> = stage.others.iter().map(|one| one.keys).collect();
    with_collaterals(plain, [], Some(mint), &known)
}

impl Album {
    /// The holder has a staked token and a stable coin, is short, seized and left as an estate.
    pub fn collaterals(&mut self, twin: &mut Twin) {
        let mut twin = twin.clone();
        twin.both(|stage| stage.open_account("holder"));
        twin.pass_and_tick(5, 200 * PRICE);
        twin.both(|stage| stage.tick_other("staked"));
        self.shoot("deposit:staked", &twin, &["holder"], |s| {
            let flow = flow(s, "staked", PRICE);
            let plain = account::deposit(&s.keys, pubkey("holder"), s.margin("holder"), flow);
            with_proof_of_life(plain, &s.other("staked").keys)
        });
        twin.both(|stage| stage.deposit_quote("holder", 100_000 * QUOTE));
        twin.both(|stage| stage.deposit_other("holder", "staked", PRICE));
        twin.both(|stage| stage.deposit_other("holder", "stable", 100 * QUOTE));
        let at = twin.story_at;
        let terms = OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: LARGE,
        };
        twin.both(|stage| stage.place_offer("holder", &put(stage, at), terms));
        twin.both(|stage| stage.buy_tokens("buyer", "holder", 1, &put(stage, at), LARGE));
        self.shoot("withdraw:staked", &twin, &["holder"], |s| {
            withdraw(s, "staked")
        });
        self.shoot("observe_collateral", &twin, &[], |s| {
            feed::observe_collateral(&s.keys, &s.other("staked").keys, s.price_account)
        });
        twin.pass_and_tick(20, 80 * PRICE);
        self.shoot("liquidate:staked", &twin, &["keeper"], liquidate);
        twin.both(|stage| stage.liquidate("keeper", "holder"));
        for _ in 0..44 {
            twin.pass_and_tick(30, 80 * PRICE);
        }
        self.shoot("bid:staked", &twin, &["bidder"], bid);
        twin.both(|stage| stage.liquidate("keeper", "holder"));
        self.shoot("convert:staked", &twin, &["buyer"], convert);
    }
}
