//! Early exercise: asked for, decided, borne, paid; void after ten minutes; redeemed after the expiry.

use backstop_client::exercise::{self, Asked, Deciding, Payee, Request};
use backstop_client::series;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{exercise_wait, OptionKind, EXERCISE_STANDS_SECONDS};
use backstop_testkit::{pubkey, Stage};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::museum::{expiry, surface, LARGE};
use super::Album;
use crate::twin::{kept_update, Twin, PRICE};

/// The American put at 200 of an expiry.
fn american(s: &Stage, at: i64) -> SeriesKeys {
    expiry(s, at).series(200 * PRICE, OptionKind::AmericanPut)
}

fn asked() -> Asked {
    Asked {
        nonce: 5,
        contracts: LARGE / 200,
        least_payoff_price: PRICE,
    }
}

fn request() -> Request {
    (pubkey("bidder"), asked().nonce)
}

fn tokens(s: &Stage, at: i64) -> Pubkey {
    s.world.ata(&pubkey("bidder"), &american(s, at).option_mint)
}

fn executing(s: &Stage, at: i64) -> Instruction {
    executing_at(s, at, s.price_account, None)
}

/// More than two minutes after its request: a price of now counts as well.
fn executing_late(s: &Stage, at: i64) -> Instruction {
    executing_at(s, at, kept_update(s), Some(s.price_account))
}

fn executing_at(s: &Stage, at: i64, update: Pubkey, price: Option<Pubkey>) -> Instruction {
    let to = (tokens(s, at), Deciding { update, price });
    let keeper = pubkey("keeper");
    exercise::execute_exercise(&s.keys, keeper, &american(s, at), request(), to)
}

fn payee(s: &Stage, at: i64, cut: bool) -> Payee {
    let claims = s.world.ata(&pubkey("bidder"), &expiry(s, at).claim_mint);
    Payee {
        destination: Some(s.quote_wallet("bidder")),
        claim_account: cut.then_some(claims),
    }
}

/// The bidder has written the put of an expiry and holds the tokens.
fn write(twin: &mut Twin, at: i64) {
    twin.both(|stage| stage.create_series("keeper", &american(stage, at)));
    twin.both(|stage| stage.write_option("bidder", &american(stage, at), LARGE / 100));
}

fn ask(twin: &mut Twin, at: i64) {
    let wait = exercise_wait(twin.stage.world.now() + 20);
    let price = twin.stage.price_update().price().get();
    twin.pass(wait, price);
    twin.both(|stage| stage.request_exercise("bidder", &american(stage, at), asked()));
}

/// Decided at 190, and borne.
fn exercise(twin: &mut Twin, at: i64) {
    twin.both(|stage| {
        let update = stage.price_account;
        let series = american(stage, at);
        stage.execute_exercise("keeper", ("bidder", asked().nonce), &series, update)
    });
}

impl Album {
    /// In a world of its own.
    pub(super) fn exercise(&mut self, twin: &Twin, at: i64) {
        self.ended_exercise(&mut twin.clone());
        let twin = &mut twin.clone();
        self.shoot_at("create_series:american", twin, &["keeper"], |s, at| {
            series::create_series(&s.keys, pubkey("keeper"), &american(s, at), s.price_account)
        });
        let beside = twin.museum_at;
        twin.both(|stage| stage.create_series("keeper", &american(stage, beside)));
        let mut empty = twin.clone();
        empty.both(|stage| stage.create_series("keeper", &american(stage, at)));
        self.shoot_at("close_series:american", &empty, &["keeper"], |s, at| {
            series::close_series(pubkey("keeper"), &american(s, at), pubkey("keeper"))
        });
        write(twin, at);
        self.shoot_at("request_exercise", twin, &["bidder"], |s, at| {
            let from = (pubkey("bidder"), tokens(s, at));
            exercise::request_exercise(&s.keys, &american(s, at), from, &asked())
        });
        ask(twin, at);
        let mut late = twin.clone();
        late.pass(EXERCISE_STANDS_SECONDS, 190 * PRICE);
        self.shoot_at("execute_exercise:late", &late, &["keeper"], executing);
        let mut hesitant = twin.clone();
        hesitant.pass(20, 190 * PRICE);
        hesitant.keep_update();
        hesitant.pass(120, 190 * PRICE);
        self.shoot_at(
            "execute_exercise:hesitant",
            &hesitant,
            &["keeper"],
            executing_late,
        );
        let mut worthless = twin.clone();
        worthless.pass(20, 200 * PRICE);
        self.shoot_at("execute_exercise:void", &worthless, &["keeper"], executing);
        twin.pass(20, 190 * PRICE);
        self.shoot_at("execute_exercise", twin, &["keeper"], executing);
        exercise(twin, at);
        self.shoot_at("synchronise", twin, &[], |s, at| {
            exercise::synchronise(&s.keys, &american(s, at), s.margin("bidder"))
        });
        twin.both(|stage| stage.synchronise("bidder", &american(stage, at)));
        self.shoot_at("pay_exercise", twin, &[], |s, at| {
            exercise::pay_exercise(&american(s, at), request(), &payee(s, at, false), true)
        });
    }

    /// A right that is left when an expiry with nothing else in it is finalised.
    fn ended_exercise(&mut self, twin: &mut Twin) {
        let at = twin.barren_at();
        write(twin, at);
        ask(twin, at);
        twin.pass(20, 190 * PRICE);
        exercise(twin, at);
        twin.both(|stage| stage.synchronise("bidder", &american(stage, at)));
        let points = twin.stage.expiry_of(&expiry(&twin.stage, at)).point_count;
        for index in 0..points {
            let second = at - 60 * i64::from(points - 1 - index);
            let wait = second - twin.stage.world.now();
            twin.pass(wait, 190 * PRICE);
            twin.both(|stage| stage.submit_point(&expiry(stage, at), index));
        }
        twin.both(|stage| stage.publish_surface(&surface()));
        twin.both(|stage| stage.fix_price(&expiry(stage, at)));
        twin.both(|stage| stage.fold_series(&american(stage, at)));
        twin.both(|stage| stage.settle("bidder", &expiry(stage, at)));
        twin.pass(7_200, 190 * PRICE);
        twin.both(|stage| stage.close_collecting(&expiry(stage, at)));
        twin.both(|stage| stage.finalise(&expiry(stage, at)));
        self.shoot("pay_exercise:finalised", twin, &[], |s| {
            exercise::pay_exercise(&american(s, at), request(), &payee(s, at, true), true)
        });
    }
}
