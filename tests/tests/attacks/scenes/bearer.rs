//! Options between accounts and wallets, legs between accounts, delegates, void offers.

use backstop_client::account;
use backstop_client::bearer::{self, Carried, Handover};
use backstop_client::trading;
use backstop_interface::accounts::OptionKind;
use backstop_testkit::{pubkey, Stage};

use super::museum::{put, LARGE};
use super::Album;
use crate::twin::{Twin, PRICE, QUOTE};

impl Album {
    /// A long out of an account and tokens into one.
    pub(super) fn bearer(&mut self, twin: &mut Twin) {
        let carried = |s: &Stage, at: i64, name: &str| Carried {
            margin_account: s.margin(name),
            wallet: s.world.ata(&pubkey("buyer"), &put(s, at).option_mint),
            contracts: LARGE / 100,
        };
        let withdrawn = |s: &Stage, at: i64| {
            let (owner, price) = (pubkey("stranger"), s.price_account);
            bearer::withdraw_option(
                &s.keys,
                owner,
                &put(s, at),
                &carried(s, at, "stranger"),
                price,
            )
        };
        self.shoot_at("withdraw_option", twin, &["stranger"], withdrawn);
        // Short as well, so that price and shard are asked for.
        let mut owing = twin.clone();
        owing.both(|stage| stage.deposit_quote("stranger", 10_000 * QUOTE));
        let later = twin.museum_at;
        let short = |stage: &mut Stage| {
            let call = put(stage, later).expiry;
            let call = call.series(200 * PRICE, OptionKind::Call);
            stage.create_series("keeper", &call)?;
            stage.write_option("stranger", &call, LARGE / 100)
        };
        owing.both(short);
        self.shoot_at("withdraw_option:owing", &owing, &["stranger"], withdrawn);
        self.shoot_at("deposit_option", twin, &["buyer"], |s, at| {
            let owner = pubkey("buyer");
            bearer::deposit_option(&s.keys, owner, &put(s, at), &carried(s, at, "buyer"))
        });
        self.shoot_at("transfer_leg", twin, &["stranger", "bidder"], |s, at| {
            let side = |name: &str| (s.margin(name), pubkey(name));
            let handover = Handover {
                giver: side("stranger"),
                receiver: side("bidder"),
                contracts: LARGE as i64 / 100,
                payment_atoms: QUOTE as i64,
            };
            bearer::transfer_leg(&s.keys, &put(s, at), &handover, s.price_account)
        });
        self.shoot("set_delegate", twin, &["stranger"], |s| {
            account::set_delegate(
                pubkey("stranger"),
                s.margin("stranger"),
                0,
                pubkey("bidder"),
            )
        });
        self.shoot("cancel_all", twin, &["stranger"], |s| {
            trading::cancel_all(pubkey("stranger"), s.margin("stranger"))
        });
        // Filled to the last contract.
        self.shoot_at("close_offer", twin, &[], |s, at| {
            let (offer, maker) = (s.offer("writer", 1), pubkey("writer"));
            trading::close_offer(offer, maker, s.margin("writer"), &put(s, at))
        });
    }
}
