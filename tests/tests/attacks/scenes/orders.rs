//! Sweeps, quotes two owners sign, writing for oneself.

use backstop_client::bearer::Carried;
use backstop_client::orders::{self, Order, Quote};
use backstop_client::trading::PlaceOfferArgs;
use backstop_interface::accounts::Side;
use backstop_testkit::{pubkey, Stage};

use super::museum::{put, LARGE};
use super::Album;
use crate::twin::{Twin, PRICE};

impl Album {
    /// A bid stands; writers sell to it, trade by signature and write for themselves.
    pub fn orders(&mut self, twin: &mut Twin, at: i64) {
        let bid = PlaceOfferArgs {
            nonce: 9,
            premium_price: 6 * PRICE,
            contracts: LARGE,
            side: Side::Bid,
            ..PlaceOfferArgs::default()
        };
        twin.both(|stage| stage.place("bidder", &put(stage, at), bid));
        self.shoot("sweep", twin, &["writer"], |s| {
            let named = vec![s.named("bidder", 9)];
            let order = Order::whole(&put(s, at), Side::Bid, LARGE / 100, named);
            s.sweeping("writer", &[order], i64::MAX)
        });
        self.shoot("fill_quote", twin, &["stranger", "bidder"], |s| {
            let quote = Quote {
                buyer: (s.margin("stranger"), pubkey("stranger")),
                seller: (s.margin("bidder"), pubkey("bidder")),
                contracts: LARGE / 100,
                premium_price: 6 * PRICE,
            };
            orders::fill_quote(&s.keys, &put(s, at), &quote, s.price_account)
        });
        for _ in 0..2 {
            let mint = put(&twin.stage, at).option_mint;
            twin.stage.world.token_account(&pubkey("writer"), &mint);
            twin.swap();
        }
        self.shoot("write_option", twin, &["writer"], |s| {
            let wallet = s.world.ata(&pubkey("writer"), &put(s, at).option_mint);
            written(s, at, wallet)
        });
        twin.both(|stage| stage.cancel_offer("bidder", 9));
    }
}

fn written(
    s: &Stage,
    at: i64,
    wallet: anchor_lang::prelude::Pubkey,
) -> anchor_lang::solana_program::instruction::Instruction {
    let carried = Carried {
        margin_account: s.margin("writer"),
        wallet,
        contracts: LARGE / 100,
    };
    orders::write_option(
        &s.keys,
        pubkey("writer"),
        &put(s, at),
        &carried,
        s.price_account,
    )
}
