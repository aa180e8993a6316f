//! From the first point of the average to the last redemption.

use backstop_client::liquidation::{self, Conversion};
use backstop_client::remaining::with_debts;
use backstop_client::series;
use backstop_client::settlement::{self, Holder, LotBid};
use backstop_interface::pda;
use backstop_testkit::{expect_landed, pubkey, Stage};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::museum::{expiry, put, unused, LARGE};
use super::Album;
use crate::twin::{Twin, ACTORS, PRICE, QUOTE};

fn claims(stage: &Stage, name: &str, at: i64) -> Pubkey {
    stage
        .world
        .ata(&pubkey(name), &expiry(stage, at).claim_mint)
}

fn settle(stage: &Stage, name: &str, at: i64) -> Instruction {
    settlement::settle_account(
        &stage.keys,
        &expiry(stage, at),
        stage.margin(name),
        Some(claims(stage, name, at)),
    )
}

fn convert(stage: &Stage, debtor: &str) -> Instruction {
    let conversion = Conversion {
        margin_account: stage.margin(debtor),
        mint: stage.keys.underlying_mint,
        token_program: stage.world.token_program(&stage.keys.underlying_mint),
        payment: stage.quote_wallet("buyer"),
        destination: stage.underlying_wallet("buyer"),
        sell_atoms: PRICE,
        highest_price: u64::MAX,
    };
    liquidation::convert(
        &stage.keys,
        pubkey("buyer"),
        &conversion,
        stage.price_account,
    )
}

fn lot(stage: &Stage, at: i64) -> Instruction {
    let destination = stage
        .world
        .ata(&pubkey("backer"), &pda::recapitalisation_mint());
    let bid = LotBid {
        payment: stage.quote_wallet("backer"),
        destination,
        least_tokens_atoms: 1,
    };
    settlement::bid_recapitalisation(&stage.keys, &expiry(stage, at), pubkey("backer"), &bid)
}

fn redeem(stage: &Stage, at: i64) -> Instruction {
    let series = put(stage, at);
    let holder = Holder {
        wallet: pubkey("buyer"),
        tokens: stage.world.ata(&pubkey("buyer"), &series.option_mint),
        destination: stage.quote_wallet("buyer"),
        claim_account: Some(claims(stage, "buyer", at)),
    };
    settlement::redeem(&series, &holder, LARGE / 10)
}

impl Album {
    /// The expiry of the story.
    pub fn settlement(&mut self, twin: &mut Twin) {
        let at = twin.story_at;
        self.average(twin, at);
        for name in ["writer", "debtor", "buyer", "stranger"] {
            for _ in 0..2 {
                let mint = expiry(&twin.stage, at).claim_mint;
                twin.stage.world.token_account(&pubkey(name), &mint);
                twin.swap();
            }
        }
        twin.stage
            .world
            .token_account(&pubkey("backer"), &pda::recapitalisation_mint());
        self.collecting(twin, at);
        self.shortfall(twin, at);
        self.payment(twin, at);
    }

    fn average(&mut self, twin: &mut Twin, at: i64) {
        twin.stage.world.warp_to(at - 40 * 60);
        twin.set_price(80 * PRICE);
        for index in 0..30u8 {
            twin.stage.world.warp_to(at - 60 * i64::from(29 - index));
            twin.set_price(80 * PRICE);
            if index == 0 {
                self.shoot_at("submit_point", twin, &[], |s, at| {
                    settlement::submit_point(&s.keys, &expiry(s, at), 0, s.price_account)
                });
            }
            twin.both(|stage| stage.submit_point(&expiry(stage, at), index));
        }
        self.shoot_at("fix_price", twin, &[], |s, at| {
            settlement::fix_price(&expiry(s, at))
        });
        twin.both(|stage| stage.fix_price(&expiry(stage, at)));
        self.shoot_at("fold_series", twin, &[], |s, at| {
            settlement::fold_series(&put(s, at))
        });
        for series in [put, unused] {
            twin.both(|stage| stage.fold_series(&series(stage, at)));
        }
    }

    fn collecting(&mut self, twin: &mut Twin, at: i64) {
        self.shoot_at("settle_account", twin, &[], |s, at| settle(s, "writer", at));
        for name in ["writer", "debtor", "bidder"] {
            twin.both(|stage| stage.settle(name, &expiry(stage, at)));
        }
        twin.pass(60, 80 * PRICE);
        self.shoot("convert", twin, &["buyer"], |s| convert(s, "debtor"));
        self.shoot("convert:estate", twin, &["buyer"], |s| convert(s, "writer"));
        twin.both(|stage| stage.deposit_quote("debtor", 500 * QUOTE));
        self.shoot_at("repay", twin, &[], |s, at| {
            liquidation::repay(&s.keys, s.margin("debtor"), &expiry(s, at))
        });
        twin.both(|stage| stage.repay("debtor", &expiry(stage, at)));
    }

    fn shortfall(&mut self, twin: &mut Twin, at: i64) {
        twin.stage.world.advance(1_801);
        self.shoot_at("close_collecting", twin, &[], |s, at| {
            settlement::close_collecting(&s.keys, &expiry(s, at))
        });
        twin.both(|stage| stage.close_collecting(&expiry(stage, at)));
        twin.stage.world.advance(3_600);
        self.shoot_at("bid_recapitalisation", twin, &["backer"], lot);
        twin.both(|stage| stage.bid_recapitalisation("backer", &expiry(stage, at), 1));
        twin.stage.world.advance(4 * 3_600);
        self.shoot_at("finalise", twin, &[], |s, at| {
            settlement::finalise(&s.keys, &expiry(s, at))
        });
        twin.both(|stage| stage.finalise(&expiry(stage, at)));
    }

    fn payment(&mut self, twin: &mut Twin, at: i64) {
        self.shoot_at("redeem", twin, &["buyer"], redeem);
        self.shoot_at("settle_account:long", twin, &[], |s, at| {
            settle(s, "stranger", at)
        });
        twin.pass(60, 80 * PRICE);
        twin.both(|stage| stage.convert("buyer", "writer", u64::MAX));
        self.shoot_at("repay:estate", twin, &[], |s, at| {
            liquidation::repay(&s.keys, s.margin("writer"), &expiry(s, at))
        });
        twin.both(|stage| stage.repay("writer", &expiry(stage, at)));
        self.shoot("close_estate", twin, &["keeper"], |s| {
            let asked = liquidation::close_estate(&s.keys, pubkey("keeper"), s.margin("writer"));
            with_debts(asked, &s.account_of("writer").expect("an estate"))
        });
        self.closing(twin, at);
    }

    /// Everybody is settled and the story's series is closed, with its unused one; then an expiry nobody used.
    fn closing(&mut self, twin: &mut Twin, at: i64) {
        for name in ACTORS {
            for _ in 0..2 {
                let account = twin.stage.account_of(name);
                if account.is_some_and(|account| account.expiry_index(at).is_some()) {
                    let expiry = expiry(&twin.stage, at);
                    expect_landed(twin.stage.settle(name, &expiry));
                }
                twin.swap();
            }
        }
        self.shoot_at("close_series:finalised", twin, &["stranger"], |s, at| {
            series::close_series(pubkey("stranger"), &unused(s, at), pubkey("keeper"))
        });
        let barren_at = twin.barren_at();
        self.shoot("close_expiry", twin, &[], |s| {
            series::close_expiry(&s.keys, &expiry(s, barren_at), pubkey("keeper"))
        });
        let scene = self.scenes.last_mut().expect("the scene was just kept");
        let beside = expiry(&twin.stage, twin.museum_at);
        let asked = series::close_expiry(&twin.stage.keys, &beside, pubkey("keeper"));
        scene.other_series = Some(asked);
    }
}
