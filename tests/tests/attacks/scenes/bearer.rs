//! Options between accounts and wallets, legs between accounts, delegates, void offers.

use backstop_client::account;
use backstop_client::bearer::{self, Carried, Handover};
use backstop_client::trading;
use backstop_testkit::{pubkey, Stage};

use super::museum::{put, LARGE};
use super::Album;
use crate::twin::{Twin, QUOTE};

impl Album {
    /// A long out of an account and tokens into one.
    pub(super) fn bearer(&mut self, twin: &mut Twin, at: i64) {
        let carried = |s: &Stage, name: &str| Carried {
            margin_account: s.margin(name),
            wallet: s.world.ata(&pubkey("buyer"), &put(s, at).option_mint),
            contracts: LARGE / 100,
        };
        self.shoot("withdraw_option", twin, &["stranger"], |s| {
            let (owner, price) = (pubkey("stranger"), s.price_account);
            bearer::withdraw_option(&s.keys, owner, &put(s, at), &carried(s, "stranger"), price)
        });
        self.shoot("deposit_option", twin, &["buyer"], |s| {
            let owner = pubkey("buyer");
            bearer::deposit_option(&s.keys, owner, &put(s, at), &carried(s, "buyer"))
        });
        self.shoot("transfer_leg", twin, &["stranger", "bidder"], |s| {
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
        self.shoot("close_offer", twin, &[], |s| {
            let (offer, maker) = (s.offer("writer", 1), pubkey("writer"));
            trading::close_offer(offer, maker, s.margin("writer"), &put(s, at))
        });
    }
}
