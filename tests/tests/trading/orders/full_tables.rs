//! Accounts of 32 legs or eight expiries: no way of trading adds one more, every way may change those there are. Fills
//! from a wallet's side are in `trading/fill_tables.rs`, tokens put in in `bearer/`, bids among the liquidations.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Side, MAX_EXPIRIES, MAX_LEGS};
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::stage::Outcome;
use backstop_testkit::{expect_code, expect_landed, Stage};

use super::{ask, bid, order, outcomes, pegged, told, ANY};
use crate::setup::{expiry, fund, leg, open, put, series, LOT, PRICE, QUOTE};

/// The writer's table is full; the stranger's is empty and his offers stand.
struct Full {
    stage: Stage,
    /// A series the writer is short in.
    held: SeriesKeys,
    /// One he has no leg in.
    other: SeriesKeys,
    /// Why he gets none.
    error: BackstopError,
}

/// The writer's number of a bid or ask in a series, and the stranger's.
const ASKS: u64 = 1;
const BIDS: u64 = 2;
const PEGGED: u64 = 3;
/// Added to a number for the series the writer holds.
const HELD: u64 = 10;

/// 33 puts of one expiry.
fn of_strikes() -> Full {
    let (mut stage, strikes) = (rich(), MAX_LEGS as u64);
    let week = expiry(&mut stage, 7);
    let all = (0..=strikes).map(|index| {
        let strike = (168 + index) * PRICE;
        series(&mut stage, &week, strike, OptionKind::Put)
    });
    let all: Vec<_> = all.collect();
    full(stage, &all, LegTableFull)
}

/// The 200 put of nine expiries, a day apart.
fn of_expiries() -> Full {
    let (mut stage, expiries) = (rich(), MAX_EXPIRIES as i64);
    let all = (2..=2 + expiries).map(|day| {
        let expiry = expiry(&mut stage, day);
        put(&mut stage, &expiry)
    });
    let all: Vec<_> = all.collect();
    full(stage, &all, ExpiryTableFull)
}

fn rich() -> Stage {
    let mut stage = open();
    for name in ["writer", "stranger", "buyer"] {
        fund(&mut stage, name, 500_000 * QUOTE);
    }
    stage
}

/// The writer writes for himself in all but the last; then he and the stranger offer in the first and in the last.
fn full(mut stage: Stage, all: &[SeriesKeys], error: BackstopError) -> Full {
    let [held, between @ .., other] = all else {
        panic!("two series at least");
    };
    for series in [held].into_iter().chain(between) {
        expect_landed(stage.write_option("writer", series, LOT));
    }
    for name in ["writer", "stranger"] {
        for (series, more) in [(held, HELD), (other, 0)] {
            for args in [
                ask(ASKS + more, PRICE, 100 * LOT),
                bid(BIDS + more, PRICE, 100 * LOT),
                pegged(PEGGED + more, 50_000, 100 * LOT),
            ] {
                expect_landed(stage.place(name, series, args));
            }
        }
    }
    Full {
        stage,
        held: *held,
        other: *other,
        error,
    }
}

impl Full {
    /// It is refused in a series the writer has no leg in, and lands in one he has.
    #[track_caller]
    fn refuses(&self, act: impl Fn(&mut Stage, &SeriesKeys, u64) -> Outcome) {
        let before = self.stage.world.account(&self.stage.margin("writer"));
        let mut fork = self.stage.clone();
        expect_code(act(&mut fork, &self.other, 0), self.error);
        let after = fork.world.account(&fork.margin("writer"));
        assert_eq!(before, after, "nothing of the writer changes");
        let mut fork = self.stage.clone();
        let was = leg(&fork, "writer", &self.held);
        expect_landed(act(&mut fork, &self.held, HELD));
        assert_ne!(leg(&fork, "writer", &self.held), was);
    }
}

#[track_caller]
fn both(check: impl Fn(&Full)) {
    check(&of_strikes());
    check(&of_expiries());
}

#[test]
fn fill_quote_rejects_a_leg_too_many_of_seller_and_buyer() {
    both(|full| {
        full.refuses(|stage, series, _| stage.fill_quote("buyer", "writer", series, LOT, PRICE));
        full.refuses(|stage, series, _| stage.fill_quote("writer", "stranger", series, LOT, PRICE));
    });
}

#[test]
fn write_option_rejects_a_leg_too_many() {
    both(|full| full.refuses(|stage, series, _| stage.write_option("writer", series, LOT)));
}

#[test]
fn transfer_leg_rejects_a_leg_too_many_of_the_receiver() {
    both(|full| {
        let short = -(LOT as i64);
        full.refuses(|stage, series, _| {
            expect_landed(stage.write_option("stranger", series, LOT));
            stage.transfer_leg("stranger", "writer", series, short, -(QUOTE as i64 / 10))
        });
    });
}

#[test]
fn sweep_rejects_a_leg_too_many_of_the_taker() {
    both(|full| {
        for (side, number) in [(Side::Ask, ASKS), (Side::Bid, BIDS)] {
            full.refuses(|stage, series, more| {
                let offers = [("stranger", number + more)];
                let taken = order(stage, series, side, LOT, &offers);
                stage.sweep("writer", &[taken], ANY)
            });
        }
    });
}

#[test]
fn sweep_leaves_a_maker_aside_who_has_no_room_for_the_leg() {
    both(|full| {
        for (side, number) in [(Side::Ask, ASKS), (Side::Bid, BIDS)] {
            let mut stage = full.stage.clone();
            let offers = [("writer", number), ("stranger", number)];
            let taken = order(&stage, &full.other, side, LOT, &offers);
            let landed = expect_landed(stage.sweep("buyer", &[taken], ANY));
            let event = told(&stage, &landed);
            assert_eq!(outcomes(&event), [(0, full.error.into()), (LOT, 0)]);
            assert_eq!(leg(&stage, "writer", &full.other), 0);
            let offers = [("writer", number + HELD)];
            let taken = order(&stage, &full.held, side, LOT, &offers);
            let landed = expect_landed(stage.sweep("buyer", &[taken], ANY));
            assert_eq!(outcomes(&told(&stage, &landed)), [(LOT, 0)]);
        }
    });
}

/// The taker asks for a lot of the maker's pegged offer; it is executed at the deciding update.
fn executed(
    stage: &mut Stage,
    (taker, maker): (&str, &str),
    series: &SeriesKeys,
    more: u64,
) -> Outcome {
    // No price is young: nobody could fill at once.
    stage.world.advance(40);
    let number = PEGGED + more;
    let asked = (7, LOT, 50 * PRICE);
    expect_landed(stage.request_fill(taker, (maker, number), series, asked));
    let moment = stage.world.now() + 15;
    stage.pass(20, 200 * PRICE);
    let update = PythPrice::new(stage.keys.feed_id, 200 * PRICE, moment).after(moment - 1);
    let update = stage.publish_beside("deciding", &update);
    stage.execute_fill("keeper", (taker, 7), (maker, number), series, update)
}

#[test]
fn execute_fill_rejects_a_leg_too_many_of_taker_and_maker() {
    both(|full| {
        full.refuses(|stage, series, more| executed(stage, ("writer", "stranger"), series, more));
        full.refuses(|stage, series, more| executed(stage, ("buyer", "writer"), series, more));
    });
}

/// The same ways of `fill_offer` in one place: the full account as maker and as taker, on both sides.
#[test]
fn fill_offer_rejects_a_leg_too_many_of_maker_and_taker() {
    both(|full| {
        full.refuses(|stage, series, more| {
            stage.buy_ledger("buyer", "writer", ASKS + more, series, LOT)
        });
        full.refuses(|stage, series, more| {
            stage.buy_ledger("writer", "stranger", ASKS + more, series, LOT)
        });
    });
}
