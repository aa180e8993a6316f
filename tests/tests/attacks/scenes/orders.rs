//! Sweeps, quotes two owners sign, writing for oneself, requests.

use backstop_client::bearer::Carried;
use backstop_client::orders::{self, Order, Quote};
use backstop_client::requests::{self, Asked};
use backstop_client::trading::{fill_offer, place_offer, Buyer, Fill, PlaceOfferArgs};
use backstop_interface::accounts::{Pricing, Side};
use backstop_testkit::{pubkey, Stage};
use solana_instruction::Instruction;

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
        self.shoot_at("sweep", twin, &["writer"], |s, at| {
            let named = vec![s.named("bidder", 9)];
            let order = Order::whole(&put(s, at), Side::Bid, LARGE / 100, named);
            s.sweeping("writer", &[order], i64::MAX)
        });
        self.shoot_at("fill_quote", twin, &["stranger", "bidder"], |s, at| {
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
        self.shoot_at("write_option", twin, &["writer"], |s, at| {
            let wallet = s.world.ata(&pubkey("writer"), &put(s, at).option_mint);
            written(s, at, wallet)
        });
        twin.both(|stage| stage.cancel_offer("bidder", 9));
        self.requests(&mut twin.clone(), at);
    }

    /// The pegged offer is filled at once, at prices and clocks of the second.
    fn formula(&mut self, twin: &mut Twin) {
        twin.pass_and_tick(1, 200 * PRICE);
        self.shoot_at("fill_offer:pegged", twin, &["stranger"], |s, at| {
            let writer = s.margin("bidder");
            let fill = Fill {
                offer: s.offer("bidder", 10),
                writer,
                contracts: LARGE / 100,
                highest_premium_price: 50 * PRICE,
            };
            let to = Buyer::Margin(s.margin("stranger"));
            fill_offer(
                &s.keys,
                pubkey("stranger"),
                &put(s, at),
                &fill,
                to,
                s.price_account,
            )
        });
    }

    /// A request, executed at the next update and voided ten minutes later, each in a world of its own.
    fn requests(&mut self, twin: &mut Twin, at: i64) {
        let pegged = PlaceOfferArgs {
            nonce: 10,
            contracts: LARGE,
            pricing: Pricing::Pegged {
                vol_offset_ppm: 50_000,
            },
            ..PlaceOfferArgs::default()
        };
        self.shoot_at("place_offer:pegged", twin, &["bidder"], |s, at| {
            placed(s, "bidder", at, pegged)
        });
        let guard = PlaceOfferArgs {
            nonce: 11,
            premium_price: u64::MAX,
            contracts: LARGE,
            side: Side::Bid,
            pricing: Pricing::Guard {
                health_ppb: 300_000_000,
                slip_ppb: 20_000_000,
            },
            ..PlaceOfferArgs::default()
        };
        self.shoot_at("place_offer:guard", twin, &["bidder"], |s, at| {
            placed(s, "bidder", at, guard)
        });
        twin.both(|stage| stage.place("bidder", &put(stage, at), pegged));
        self.formula(&mut twin.clone());
        let asked = (3, LARGE / 100, 50 * PRICE);
        self.shoot_at("request_fill", twin, &["stranger"], |s, at| {
            let asked = Asked {
                margin_account: s.margin("stranger"),
                nonce: asked.0,
                contracts: asked.1,
                limit_price: asked.2,
            };
            let from = (pubkey("stranger"), s.quote_wallet("stranger"));
            let offer = s.offer("bidder", 10);
            requests::request_fill(&s.keys, from, &put(s, at), offer, &asked)
        });
        twin.both(|stage| stage.request_fill("stranger", ("bidder", 10), &put(stage, at), asked));
        twin.pass(20, 200 * PRICE);
        self.shoot_at("execute_fill", twin, &["keeper"], |s, at| {
            let update = s.price_account;
            s.executing(
                "keeper",
                ("stranger", 3),
                ("bidder", 10),
                &put(s, at),
                update,
            )
        });
        twin.pass(600, 200 * PRICE);
        self.shoot("void_fill", twin, &[], |s| {
            let wallet = s.quote_wallet("stranger");
            requests::void_fill(
                &s.keys,
                (s.margin("stranger"), 3),
                pubkey("stranger"),
                wallet,
            )
        });
    }
}

fn placed(s: &Stage, maker: &str, at: i64, args: PlaceOfferArgs) -> Instruction {
    place_offer(&s.keys, pubkey(maker), s.margin(maker), &put(s, at), args)
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
