//! A request holds the offer to what it said, ends with the right to make it, and gives no hindsight.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{FillRequest, Offer, OptionKind, Side};
use backstop_interface::event::RequestExecuted;
use backstop_interface::vols::Vols;
use backstop_interface::BackstopError::*;
use backstop_quantities::Price;
use backstop_risk::quoting::{MakerSide, Peg};
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, Snapshot, Stage};

use super::{bid, pegged, three};
use crate::setup::{assert_only_changed, books, refuse, series, CONTRACT, PRICE, QUOTE};

const ASKED: (u64, u64, u64) = (7, 2 * CONTRACT, 20 * PRICE);

/// The writer asks at the surface's volatility and 5 points; the buyer asks for 2 contracts at up to 20.
fn requested() -> (Stage, SeriesKeys) {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 50_000, 5 * CONTRACT)));
    expect_landed(stage.request_fill("buyer", ("writer", 1), &put, ASKED));
    (stage, put)
}

fn request(stage: &Stage) -> FillRequest {
    stage.read(&stage.request("buyer", 7)).expect("it stands")
}

/// The deciding update, at a price.
fn decides(stage: &mut Stage, price: u64) -> anchor_lang::prelude::Pubkey {
    let moment = request(stage).requested_at + 15;
    let update = PythPrice::new(stage.keys.feed_id, price, moment).after(moment - 1);
    stage.publish_beside("deciding update", &update)
}

#[test]
fn a_request_writes_down_what_the_offer_says() {
    let (mut stage, put) = three();
    let terms = PlaceOfferArgs {
        pricing: pegged(1, -70_000, CONTRACT).pricing,
        ..bid(1, 9 * PRICE, CONTRACT)
    };
    expect_landed(stage.cancel_all("writer"));
    expect_landed(stage.place("writer", &put, terms));
    expect_landed(stage.cancel_all("buyer"));
    expect_landed(stage.cancel_all("buyer"));
    expect_landed(stage.request_fill("buyer", ("writer", 1), &put, ASKED));
    let made = request(&stage);
    assert_eq!(
        (made.side, made.vol_offset_ppm, made.premium_price),
        (Side::Bid, -70_000, 9 * PRICE)
    );
    let epoch = |name| stage.account_of(name).expect("it is open").epoch;
    assert_eq!(
        (made.offer_epoch, made.epoch),
        (epoch("writer"), epoch("buyer"))
    );
    assert_ne!(made.offer_epoch, made.epoch);
}

/// The maker takes his offer back and places another of the same number, so at the same address.
#[test]
fn execute_fill_rejects_another_offer_at_the_same_address() {
    let (mut stage, put) = requested();
    let other = series(&mut stage, &put.expiry, 210 * PRICE, OptionKind::Put);
    stage.pass(20, 200 * PRICE);
    let update = decides(&mut stage, 200 * PRICE);
    let same = pegged(1, 50_000, 5 * CONTRACT);
    let flipped = PlaceOfferArgs {
        side: Side::Bid,
        premium_price: 20 * PRICE,
        ..same
    };
    let premium = PlaceOfferArgs {
        premium_price: 19 * PRICE,
        ..same
    };
    let nearer = pegged(1, 50_001, 5 * CONTRACT);
    let cases = [
        ("the other side", put, flipped),
        ("another premium", put, premium),
        ("another volatility", put, nearer),
        ("another series", other, same),
    ];
    for (what, of, terms) in cases {
        println!("{what}");
        let mut fork = stage.clone();
        expect_landed(fork.cancel_offer("writer", 1));
        expect_landed(fork.place("writer", &of, terms));
        let given = fork.executing("keeper", ("buyer", 7), ("writer", 1), &put, update);
        refuse(&mut fork, "keeper", &given, OfferVoid);
        if of.series != put.series {
            let given = fork.executing("keeper", ("buyer", 7), ("writer", 1), &of, update);
            refuse(&mut fork, "keeper", &given, WrongSeries);
        }
    }
    let mut fork = stage.clone();
    expect_landed(fork.cancel_all("writer"));
    expect_landed(fork.cancel_offer("writer", 1));
    expect_landed(fork.place("writer", &put, same));
    let given = fork.executing("keeper", ("buyer", 7), ("writer", 1), &put, update);
    refuse(&mut fork, "keeper", &given, OfferVoid);
    // The very same offer once more: its maker has seen the price.
    expect_landed(stage.cancel_offer("writer", 1));
    expect_landed(stage.place("writer", &put, same));
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, update);
    refuse(&mut stage, "keeper", &given, OfferVoid);
}

/// In the second of the request its maker knows no more than when it was made: the offer of then serves it, one placed a
/// second later does not, nor by the price of later.
#[test]
fn an_offer_placed_after_the_second_of_a_request_does_not_serve_it() {
    for after in [0, 1] {
        let (mut stage, put) = requested();
        expect_landed(stage.cancel_offer("writer", 1));
        stage.world.advance(after);
        expect_landed(stage.place("writer", &put, pegged(1, 50_000, 5 * CONTRACT)));
        let asked = request(&stage).requested_at;
        let offer = stage.offer("writer", 1);
        let offer: Offer = stage.read(&offer).expect("it stands");
        assert_eq!(offer.placed_at, asked + after);
        for wait in [20, 60] {
            let mut fork = stage.clone();
            fork.pass(wait, 200 * PRICE);
            expect_landed(fork.tick());
            let update = decides(&mut fork, 200 * PRICE);
            let given = fork.executing("keeper", ("buyer", 7), ("writer", 1), &put, update);
            if after == 0 {
                expect_landed(
                    fork.world
                        .send(&[given], &[&backstop_testkit::key("keeper")]),
                );
            } else {
                refuse(&mut fork, "keeper", &given, OfferVoid);
            }
        }
    }
}

#[test]
fn a_revoked_delegates_request_is_not_executed_and_voided_at_once() {
    let (mut stage, put) = three();
    expect_landed(stage.set_delegate("buyer", 0, Some("stranger")));
    expect_landed(stage.place("writer", &put, pegged(1, 0, 5 * CONTRACT)));
    let asked = backstop_client::requests::Asked {
        margin_account: stage.margin("buyer"),
        nonce: 7,
        contracts: 2 * CONTRACT,
        limit_price: 20 * PRICE,
    };
    let delegate = backstop_testkit::pubkey("stranger");
    let from = (delegate, stage.quote_wallet("stranger"));
    let offer = stage.offer("writer", 1);
    let keys = stage.keys;
    let built = backstop_client::requests::request_fill(&keys, from, &put, offer, &asked);
    // The delegate pays the deposit himself.
    let wallet = stage.quote_wallet("stranger");
    let signer = backstop_testkit::key("stranger");
    expect_landed(stage.world.send(&[built], &[&signer]));
    stage.pass(20, 200 * PRICE);
    let update = decides(&mut stage, 200 * PRICE);
    let void =
        backstop_client::requests::void_fill(&keys, (asked.margin_account, 7), delegate, wallet);
    let standing = std::slice::from_ref(&void);
    stage.world.expect_refused(standing, &[], RequestStands);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, update);
    expect_landed(stage.clone().world.send(
        std::slice::from_ref(&given),
        &[&backstop_testkit::key("keeper")],
    ));
    expect_landed(stage.set_delegate("buyer", 0, None));
    refuse(&mut stage, "keeper", &given, RequestOver);
    let before = Snapshot::whole(&stage.world);
    expect_landed(stage.world.send(standing, &[]));
    let changed = [
        keys.quote,
        keys.vault,
        wallet,
        stage.request("buyer", 7),
        delegate,
    ];
    assert_only_changed(&before, &stage, &changed);
    assert_eq!(books(&stage, &keys.quote_mint).claims_atoms, 30_000 * QUOTE);
}

/// Premium of 2 contracts of the offer, or of a bid without an offset, at a spot and a second.
fn formula(stage: &Stage, put: &SeriesKeys, spot: u64, at: i64, side: MakerSide) -> u64 {
    let (spot, strike) = (Price::new(spot), Price::new(put.strike_price));
    let max_age = stage.view().market.params.surface_max_age_seconds;
    let vols = Vols::of(&stage.vol_surface(), max_age, stage.world.now());
    let seconds = put.expiry.expires_at - at;
    let peg = Peg {
        kind: put.kind.into(),
        strike,
        spot,
        vol: vols.in_force.vol(spot, strike, seconds),
        offset_ppm: 50_000,
        seconds,
    };
    let price = 2 * peg.price(side).get();
    match side {
        MakerSide::Sells => price.div_ceil(1_000),
        MakerSide::Buys => price / 1_000,
    }
}

/// The premium of an execution `wait` seconds after the request, at a price of then, and what the formula says at
/// the deciding update (200) and at that price.
fn executed(wait: i64, present: u64, side: Side) -> (u64, u64, u64) {
    let (mut stage, put) = three();
    let terms = PlaceOfferArgs {
        pricing: pegged(1, 50_000, CONTRACT).pricing,
        ..match side {
            Side::Ask => pegged(1, 0, 5 * CONTRACT),
            Side::Bid => bid(1, 50 * PRICE, 5 * CONTRACT),
        }
    };
    let (limit, maker) = match side {
        Side::Ask => (30 * PRICE, MakerSide::Sells),
        Side::Bid => (PRICE / 100, MakerSide::Buys),
    };
    expect_landed(stage.place("writer", &put, terms));
    let asked = (7, 2 * CONTRACT, limit);
    expect_landed(stage.request_fill("buyer", ("writer", 1), &put, asked));
    let at = request(&stage).requested_at;
    stage.pass(wait, present);
    expect_landed(stage.tick());
    let update = decides(&mut stage, 200 * PRICE);
    let landed =
        expect_landed(stage.execute_fill("keeper", ("buyer", 7), ("writer", 1), &put, update));
    let events = landed.events::<RequestExecuted>(&stage.world.program_id());
    let now = stage.world.now();
    let decided = formula(&stage, &put, 200 * PRICE, at + 15, maker);
    let later = formula(&stage, &put, present, now, maker);
    (events[0].premium_atoms, decided, later)
}

/// Whoever executes knows both prices then: nobody chooses between them, whether the later makes the put dearer or
/// cheaper.
#[test]
fn from_a_minute_on_the_price_of_the_moment_counts_alone() {
    for (side, present) in [
        (Side::Ask, 195),
        (Side::Ask, 205),
        (Side::Bid, 205),
        (Side::Bid, 195),
    ] {
        let (early, decided, later) = executed(59, present * PRICE, side);
        assert_ne!(decided, later);
        assert_eq!(early, decided, "{side:?} at {present}, before the minute");
        let (late, decided, later) = executed(60, present * PRICE, side);
        assert_ne!(decided, later);
        assert_eq!(late, later, "{side:?} at {present}, from the minute on");
    }
}

/// From a minute on the offer is asked as anybody asks it: at a young price and clock, the worse of them for the taker.
#[test]
fn a_late_execution_asks_for_what_a_fill_of_the_offer_asks() {
    let (mut stage, put) = requested();
    stage.pass(60, 205 * PRICE);
    let update = decides(&mut stage, 200 * PRICE);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, update);
    refuse(&mut stage.clone(), "keeper", &given, FormulaStale);
    expect_landed(stage.tick());
    stage.pass(1, 207 * PRICE);
    let landed =
        expect_landed(stage.execute_fill("keeper", ("buyer", 7), ("writer", 1), &put, update));
    let events = landed.events::<RequestExecuted>(&stage.world.program_id());
    let now = stage.world.now();
    let at_the_clock = formula(&stage, &put, 205 * PRICE, now, MakerSide::Sells);
    assert_eq!(events[0].premium_atoms, at_the_clock);
}

/// Late, the limit holds for the price of then.
#[test]
fn a_late_execution_beyond_the_limit_is_refused() {
    let (mut stage, put) = requested();
    stage.pass(60, 170 * PRICE);
    expect_landed(stage.tick());
    let update = decides(&mut stage, 200 * PRICE);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, update);
    refuse(&mut stage, "keeper", &given, PremiumAboveLimit);
}
