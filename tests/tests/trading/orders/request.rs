//! Fills asked for before their price exists, and executed at the one update that decides.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::FillRequest;
use backstop_interface::event::{FillRequested, RequestExecuted, RequestVoided};
use backstop_interface::vols::Vols;
use backstop_interface::BackstopError::*;
use backstop_quantities::Price;
use backstop_risk::quoting::{MakerSide, Peg};
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, pubkey, Balances, Snapshot, Stage};

use super::{bid, cash, left, pegged, three};
use crate::setup::{assert_only_changed, books, leg, refuse, totals, CONTRACT, PRICE, QUOTE};

/// The writer asks at the surface's volatility and 5 points; the buyer has asked for 2 contracts at up to 20.
pub(super) fn requested() -> (Stage, SeriesKeys) {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 50_000, 5 * CONTRACT)));
    // No price is young: nobody could fill at once.
    stage.world.advance(40);
    let asked = (7, 2 * CONTRACT, 20 * PRICE);
    expect_landed(stage.request_fill("buyer", ("writer", 1), &put, asked));
    (stage, put)
}

pub(super) fn request(stage: &Stage) -> FillRequest {
    stage.read(&stage.request("buyer", 7)).expect("it stands")
}

/// An update published `publish` seconds and following one published `previous` seconds after the deciding
/// moment, in an account of its own.
pub(super) fn update(
    stage: &mut Stage,
    price: u64,
    previous: i64,
    publish: i64,
) -> anchor_lang::prelude::Pubkey {
    let moment = request(stage).requested_at + 15;
    let (feed, name) = (stage.keys.feed_id, format!("update {previous} {publish}"));
    let update = PythPrice::new(feed, price, moment + publish).after(moment + previous);
    stage.publish_beside(&name, &update)
}

#[test]
fn a_request_locks_its_deposit_in_the_vault() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 50_000, 5 * CONTRACT)));
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let claims = books(&stage, &stage.keys.quote_mint).claims_atoms;
    let asked = (7, 2 * CONTRACT, 20 * PRICE);
    let landed = expect_landed(stage.request_fill("buyer", ("writer", 1), &put, asked));
    let (keys, wallet) = (stage.keys, stage.quote_wallet("buyer"));
    let address = stage.request("buyer", 7);
    let changed = [keys.quote, keys.vault, wallet, address, pubkey("buyer")];
    assert_only_changed(&before, &stage, &changed);
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &keys.quote_mint);
    assert_eq!(balances.gain(&after, &keys.vault), i128::from(40 * QUOTE));
    assert_eq!(
        books(&stage, &keys.quote_mint).claims_atoms,
        claims + 40 * QUOTE
    );
    let made = request(&stage);
    assert_eq!(
        (made.owner, made.margin_account),
        (pubkey("buyer"), stage.margin("buyer"))
    );
    assert_eq!(
        (made.offer, made.series),
        (stage.offer("writer", 1), put.series)
    );
    assert_eq!(made.requested_at, stage.world.now());
    let sums = (
        made.nonce,
        made.contracts,
        made.limit_price,
        made.deposit_atoms,
    );
    assert_eq!(sums, (7, 2 * CONTRACT, 20 * PRICE, 40 * QUOTE));
    let events = landed.events::<FillRequested>(&stage.world.program_id());
    assert_eq!((events.len(), events[0].deposit_atoms), (1, 40 * QUOTE));
}

#[test]
fn anyone_executes_it_at_the_formula_of_the_deciding_update() {
    let (mut stage, put) = requested();
    let deposit_books = books(&stage, &stage.keys.quote_mint).claims_atoms;
    stage.pass(59, 205 * PRICE);
    let decides = update(&mut stage, 190 * PRICE, -1, 2);
    let made = request(&stage);
    let rent = stage
        .world
        .account(&stage.request("buyer", 7))
        .expect("stands")
        .lamports;
    let sol = |stage: &Stage| {
        stage
            .world
            .account(&pubkey("keeper"))
            .expect("an actor")
            .lamports
    };
    let (before, sol_before) = (Snapshot::whole(&stage.world), sol(&stage));
    let landed =
        expect_landed(stage.execute_fill("keeper", ("buyer", 7), ("writer", 1), &put, decides));

    let (buyer, writer) = (stage.margin("buyer"), stage.margin("writer"));
    let shard = stage.keys.shard_of(&writer);
    let (offer, address) = (stage.offer("writer", 1), stage.request("buyer", 7));
    let changed = [
        buyer,
        writer,
        shard,
        put.series,
        offer,
        address,
        pubkey("keeper"),
    ];
    assert_only_changed(&before, &stage, &changed);
    let spot = Price::new(190 * PRICE);
    let strike = Price::new(put.strike_price);
    let max_age = stage.view().market.params.surface_max_age_seconds;
    let vols = Vols::of(&stage.vol_surface(), max_age, stage.world.now());
    let seconds = put.expiry.expires_at - (made.requested_at + 17);
    let peg = Peg {
        kind: put.kind.into(),
        strike,
        spot,
        vol: vols.in_force.vol(spot, strike, seconds),
        offset_ppm: 50_000,
        seconds,
    };
    let premium = (2 * peg.price(MakerSide::Sells).get()).div_ceil(1_000);
    let fee = premium.div_ceil(50);
    assert_eq!(cash(&stage, "buyer"), 10_000 * QUOTE + 40 * QUOTE - premium);
    assert_eq!(cash(&stage, "writer"), 10_000 * QUOTE + premium - fee);
    assert_eq!(stage.shard_of("writer").fees_atoms, fee);
    // Neither side's guard orders are taken in this second.
    for name in ["buyer", "writer"] {
        let account = stage.account_of(name).expect("open");
        assert_eq!(account.filled_at, stage.world.now());
    }
    assert_eq!(
        books(&stage, &stage.keys.quote_mint).claims_atoms,
        deposit_books
    );
    assert_eq!(
        (leg(&stage, "buyer", &put), leg(&stage, "writer", &put)),
        (2_000_000, -2_000_000)
    );
    assert_eq!(totals(&stage, &put), (0, 2 * CONTRACT, 2 * CONTRACT));
    assert_eq!(left(&stage, "writer", 1), 3 * CONTRACT);
    assert_eq!(sol(&stage), sol_before + rent);
    let events = landed.events::<RequestExecuted>(&stage.world.program_id());
    assert_eq!((events.len(), events[0].premium_atoms), (1, premium));
    assert_eq!(events[0].decided_at, made.requested_at + 17);
}

#[test]
fn a_request_sells_to_a_pegged_bid() {
    let (mut stage, put) = three();
    let buys = backstop_client::trading::PlaceOfferArgs {
        pricing: pegged(1, 0, CONTRACT).pricing,
        ..bid(1, 50 * PRICE, CONTRACT)
    };
    expect_landed(stage.place("stranger", &put, buys));
    expect_landed(stage.request_fill("buyer", ("stranger", 1), &put, (7, CONTRACT, PRICE)));
    stage.pass(20, 200 * PRICE);
    let decides = update(&mut stage, 200 * PRICE, -3, 0);
    expect_landed(stage.execute_fill("keeper", ("buyer", 7), ("stranger", 1), &put, decides));
    assert_eq!(
        (leg(&stage, "buyer", &put), leg(&stage, "stranger", &put)),
        (-1_000_000, 1_000_000)
    );
    assert!(
        cash(&stage, "buyer") > 10_008 * QUOTE,
        "deposit of 1 and a premium of 8 or more"
    );
}

/// The premium is above what the buyer named: nobody executes it, and after ten minutes he has all back.
#[test]
fn beyond_its_limit_a_request_lapses_and_the_deposit_comes_back() {
    let (mut stage, put) = requested();
    stage.pass(59, 200 * PRICE);
    let decides = update(&mut stage, 150 * PRICE, -1, 0);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, decides);
    refuse(&mut stage, "keeper", &given, PremiumAboveLimit);
    let keys = stage.keys;
    let void = backstop_client::requests::void_fill(
        &keys,
        (stage.margin("buyer"), 7),
        pubkey("buyer"),
        stage.quote_wallet("buyer"),
    );
    let end = request(&stage).requested_at + 600;
    stage.world.warp_to(end);
    stage
        .world
        .expect_refused(std::slice::from_ref(&void), &[], RequestStands);
    stage.world.warp_to(end + 1);
    stage.set_price(200 * PRICE);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, decides);
    refuse(&mut stage, "keeper", &given, RequestOver);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let landed = expect_landed(stage.void_fill("buyer", 7));
    let (address, wallet) = (stage.request("buyer", 7), stage.quote_wallet("buyer"));
    let changed = [keys.quote, keys.vault, wallet, address, pubkey("buyer")];
    assert_only_changed(&before, &stage, &changed);
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &keys.quote_mint);
    assert_eq!(balances.gain(&after, &wallet), i128::from(40 * QUOTE));
    assert_eq!(books(&stage, &keys.quote_mint).claims_atoms, 30_000 * QUOTE);
    let events = landed.events::<RequestVoided>(&stage.world.program_id());
    assert_eq!((events.len(), events[0].deposit_atoms), (1, 40 * QUOTE));
}
