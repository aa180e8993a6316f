//! Prices, accounts, collateral, series, offers and fills.

use backstop_client::account::{self, Flow};
use backstop_client::trading::{self, Buyer, Fill, PlaceOfferArgs};
use backstop_client::{feed, insurance, series};
use backstop_interface::pda;
use backstop_testkit::{pubkey, OfferTerms, Stage};
use solana_instruction::Instruction;

use super::museum::{expiry, put, surface, unused, LARGE};
use super::Album;
use crate::twin::{Twin, PRICE, QUOTE};

fn quote_flow(stage: &Stage, name: &str, amount_atoms: u64) -> Flow {
    Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet(name),
        amount_atoms,
    }
}

fn underlying_flow(stage: &Stage, name: &str, amount_atoms: u64) -> Flow {
    Flow {
        mint: stage.keys.underlying_mint,
        wallet: stage.underlying_wallet(name),
        amount_atoms,
    }
}

fn place(stage: &Stage, writer: &str, at: i64, nonce: u64) -> Instruction {
    let args = PlaceOfferArgs {
        nonce,
        premium_price: 6 * PRICE,
        contracts: LARGE,
        least_fill_contracts: 10_000,
        void_at: i64::MAX,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    };
    trading::place_offer(
        &stage.keys,
        pubkey(writer),
        stage.margin(writer),
        &put(stage, at),
        args,
    )
}

fn fill(stage: &Stage, buyer: &str, at: i64, to: Buyer) -> Instruction {
    let writer = stage.margin("writer");
    let fill = Fill {
        offer: pda::offer(&writer, 1),
        writer,
        contracts: LARGE / 10,
        highest_premium_price: u64::MAX,
    };
    trading::fill_offer(
        &stage.keys,
        pubkey(buyer),
        &put(stage, at),
        &fill,
        to,
        stage.price_account,
    )
}

impl Album {
    /// From the first price to positions held short, as tokens and on the ledger.
    pub fn trading(&mut self, twin: &mut Twin) {
        self.prices(twin);
        let at = twin.story_at;
        self.openings(twin, at);
        self.collateral(twin);
        self.offers(twin, at);
        self.shoot("withdraw", twin, &["debtor"], |s| {
            account::withdraw(
                &s.keys,
                pubkey("debtor"),
                s.margin("debtor"),
                quote_flow(s, "debtor", QUOTE),
                s.price_account,
            )
        });
        self.shoot("withdraw:underlying", twin, &["debtor"], |s| {
            let flow = underlying_flow(s, "debtor", PRICE);
            account::withdraw(
                &s.keys,
                pubkey("debtor"),
                s.margin("debtor"),
                flow,
                s.price_account,
            )
        });
        self.shoot("measure", twin, &[], |s| {
            insurance::measure(&s.keys, s.margin("writer"), s.price_account)
        });
        self.shoot("share_cover", twin, &[], |s| {
            insurance::share_cover(&s.keys)
        });
        self.shoot("sweep_fees", twin, &[], |s| {
            let shard = s.keys.shard_of(&s.margin("writer"));
            insurance::sweep_fees(&s.keys, shard, Some(s.quote_wallet("treasurer")))
        });
    }

    fn prices(&mut self, twin: &mut Twin) {
        twin.pass_and_tick(40, 200 * PRICE);
        twin.pass(40, 200 * PRICE);
        self.shoot("tick", twin, &[], |s| feed::tick(&s.keys, s.price_account));
        self.shoot("preview_price", twin, &[], |s| {
            feed::preview_price(&s.keys, s.price_account)
        });
        let publisher = twin.stage.publishers[0];
        self.shoot("submit_surface", twin, &[publisher], |s| {
            feed::submit_surface(&s.keys, pubkey(publisher), &surface())
        });
        twin.both(Stage::tick);
        twin.both(|stage| stage.publish_surface(&surface()));
    }

    fn openings(&mut self, twin: &mut Twin, at: i64) {
        self.shoot("open_account", twin, &["newcomer"], |s| {
            account::open_account(&s.keys, pubkey("newcomer"), 0)
        });
        twin.both(|stage| stage.open_account("newcomer"));
        self.shoot("close_account", twin, &["newcomer"], |s| {
            account::close_account(&s.keys, pubkey("newcomer"), s.margin("newcomer"))
        });
        self.shoot("stake_insurance", twin, &["insurer"], |s| {
            insurance::stake_insurance(
                &s.keys,
                pubkey("insurer"),
                s.quote_wallet("insurer"),
                100 * QUOTE,
            )
        });
        twin.both(|stage| stage.stake("insurer", 10_000 * QUOTE));
        self.shoot("stake_insurance:more", twin, &["insurer"], |s| {
            insurance::stake_insurance(
                &s.keys,
                pubkey("insurer"),
                s.quote_wallet("insurer"),
                100 * QUOTE,
            )
        });
        self.shoot_at("create_expiry", twin, &["keeper"], |s, at| {
            series::create_expiry(&s.keys, pubkey("keeper"), &expiry(s, at))
        });
        twin.both(|stage| stage.create_expiry("keeper", &expiry(stage, at)));
        self.shoot_at("create_series", twin, &["keeper"], |s, at| {
            series::create_series(&s.keys, pubkey("keeper"), &put(s, at), s.price_account)
        });
        twin.both(|stage| stage.create_series("keeper", &put(stage, at)));
        let barren_at = twin.barren_at();
        twin.both(|stage| stage.create_expiry("keeper", &expiry(stage, barren_at)));
        twin.both(|stage| stage.create_series("keeper", &unused(stage, at)));
        self.shoot_at("close_series", twin, &["keeper"], |s, at| {
            series::close_series(pubkey("keeper"), &unused(s, at), pubkey("keeper"))
        });
    }

    fn collateral(&mut self, twin: &mut Twin) {
        self.shoot("deposit", twin, &["writer"], |s| {
            account::deposit(
                &s.keys,
                pubkey("writer"),
                s.margin("writer"),
                quote_flow(s, "writer", 100 * QUOTE),
            )
        });
        self.shoot("deposit:underlying", twin, &["writer"], |s| {
            account::deposit(
                &s.keys,
                pubkey("writer"),
                s.margin("writer"),
                underlying_flow(s, "writer", PRICE),
            )
        });
        twin.both(|stage| stage.deposit_quote("writer", 70_000 * QUOTE));
        twin.both(|stage| stage.deposit_underlying("writer", 10 * PRICE));
        twin.both(|stage| stage.deposit_quote("debtor", 1_000 * QUOTE));
        twin.both(|stage| stage.deposit_underlying("debtor", 2_000 * PRICE));
        twin.both(|stage| stage.deposit_quote("bidder", 500_000 * QUOTE));
        self.shoot("withdraw:idle", twin, &["debtor"], |s| {
            let flow = underlying_flow(s, "debtor", PRICE);
            account::withdraw(
                &s.keys,
                pubkey("debtor"),
                s.margin("debtor"),
                flow,
                s.price_account,
            )
        });
    }

    fn offers(&mut self, twin: &mut Twin, at: i64) {
        self.shoot_at("place_offer", twin, &["writer"], |s, at| {
            place(s, "writer", at, 1)
        });
        let terms = OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: LARGE,
        };
        for name in ["writer", "debtor"] {
            twin.both(|stage| stage.place_offer(name, &put(stage, at), terms));
        }
        self.shoot("cancel_offer", twin, &["writer"], |s| {
            trading::cancel_offer(pubkey("writer"), s.offer("writer", 1))
        });
        self.shoot("cancel_offer:account", twin, &["writer"], |s| {
            let (owner, account) = (pubkey("writer"), s.margin("writer"));
            trading::cancel_offer_of(owner, account, s.offer("writer", 1), owner)
        });
        for _ in 0..2 {
            let mint = put(&twin.stage, at).option_mint;
            twin.stage.world.token_account(&pubkey("buyer"), &mint);
            twin.swap();
        }
        self.shoot_at("fill_offer", twin, &["buyer"], |s, at| {
            let destination = s.world.ata(&pubkey("buyer"), &put(s, at).option_mint);
            fill(
                s,
                "buyer",
                at,
                Buyer::Wallet {
                    payment: s.quote_wallet("buyer"),
                    destination,
                },
            )
        });
        self.shoot_at("fill_offer:margin", twin, &["stranger"], |s, at| {
            fill(s, "stranger", at, Buyer::Margin(s.margin("stranger")))
        });
        twin.both(|stage| stage.buy_tokens("buyer", "writer", 1, &put(stage, at), LARGE / 10 * 9));
        twin.both(|stage| stage.buy_ledger("stranger", "writer", 1, &put(stage, at), LARGE / 10));
        twin.both(|stage| stage.buy_tokens("buyer", "debtor", 1, &put(stage, at), LARGE / 20));
        self.bearer(twin);
        self.orders(twin, at);
        self.exercise(twin, at);
    }
}
