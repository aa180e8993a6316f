//! Offers at the surface's volatility and an offset.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{Pricing, Side};
use backstop_interface::vols::Vols;
use backstop_interface::BackstopError::*;
use backstop_quantities::Price;
use backstop_risk::quoting::{MakerSide, Peg};
use backstop_testkit::{expect_landed, Stage};

use super::{cash, move_to, order, outcomes, pegged, three, told, ANY};
use crate::setup::{by_ledger, by_wallet, refuse, CONTRACT, LOT, PRICE, QUOTE};

/// What margin prices an option at an hour and a half before expiry: 5 400 s less half of what an average of 30
/// points is earlier than its last one, 10 · 29 · 121 / 30 = 1 169.7 s.
pub(super) const GLIDED_SECONDS: i64 = 5_400 - 584;

/// The premium the formula gives at a spot now, quote per contract scaled 1e9.
fn formula(stage: &Stage, series: &SeriesKeys, spot: u64, offset_ppm: i32, side: MakerSide) -> u64 {
    let now = stage.world.now();
    let max_age = stage.view().market.params.surface_max_age_seconds;
    let vols = Vols::of(&stage.vol_surface(), max_age, now);
    let (spot, strike) = (Price::new(spot), Price::new(series.strike_price));
    let seconds = match series.expiry.expires_at - now {
        5_400 => GLIDED_SECONDS,
        seconds => seconds,
    };
    let peg = Peg {
        kind: series.kind.into(),
        strike,
        spot,
        vol: vols.in_force.vol(spot, strike, seconds),
        offset_ppm,
        seconds,
    };
    peg.price(side).get()
}

fn pegged_bid(nonce: u64, vol_offset_ppm: i32, contracts: u64) -> PlaceOfferArgs {
    PlaceOfferArgs {
        side: Side::Bid,
        premium_price: u64::MAX,
        ..pegged(nonce, vol_offset_ppm, contracts)
    }
}

#[test]
fn an_ask_follows_price_and_offset() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 50_000, 10 * CONTRACT)));
    let mut paid = Vec::new();
    for price in [200 * PRICE, 190 * PRICE, 210 * PRICE] {
        move_to(&mut stage, price);
        let expected = formula(&stage, &put, price, 50_000, MakerSide::Sells).div_ceil(1_000);
        let before = cash(&stage, "buyer");
        expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, CONTRACT));
        assert_eq!(before - cash(&stage, "buyer"), expected);
        paid.push(expected);
    }
    assert!(
        paid[1] > paid[0] + 4 * QUOTE && paid[0] > paid[2] + 3 * QUOTE,
        "{paid:?}"
    );
    let dearer = formula(&stage, &put, 210 * PRICE, 60_000, MakerSide::Sells);
    assert!(
        dearer.div_ceil(1_000) > paid[2],
        "an offset more, a premium more"
    );
}

#[test]
fn a_bid_pays_by_formula_rounded_down() {
    let (mut stage, put) = three();
    move_to(&mut stage, 200 * PRICE);
    expect_landed(stage.place("stranger", &put, pegged_bid(1, -50_000, CONTRACT)));
    let expected = formula(&stage, &put, 200 * PRICE, -50_000, MakerSide::Buys) / 1_000;
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("stranger", 1)]);
    expect_landed(stage.sweep("writer", &[sold], ANY));
    assert_eq!(10_000 * QUOTE - cash(&stage, "stranger"), expected);
}

/// The taker chooses which update he submits: the clock has seen another, and the worse one of both holds.
#[test]
fn the_worse_of_the_submitted_and_the_clocks_price_holds() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    expect_landed(stage.place("stranger", &put, pegged_bid(1, 0, CONTRACT)));
    move_to(&mut stage, 195 * PRICE);
    stage.pass(2, 205 * PRICE);
    let high = formula(&stage, &put, 195 * PRICE, 0, MakerSide::Sells).div_ceil(1_000);
    let low = formula(&stage, &put, 205 * PRICE, 0, MakerSide::Buys) / 1_000;
    let before = cash(&stage, "buyer");
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, CONTRACT));
    assert_eq!(before - cash(&stage, "buyer"), high);
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("stranger", 1)]);
    expect_landed(stage.sweep("buyer", &[sold], ANY));
    assert_eq!(10_000 * QUOTE - cash(&stage, "stranger"), low);
    assert!(high > low + 3 * QUOTE);
}

#[test]
fn fill_offer_rejects_a_formula_at_a_price_or_a_clock_older_than_five_seconds() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    move_to(&mut stage, 200 * PRICE);
    stage.world.advance(5);
    let given = by_ledger(&stage, "buyer", ("writer", 1), &put, LOT);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
    stage.world.advance(1);
    refuse(&mut stage, "buyer", &given, FormulaStale);
    // A young price alone is not enough.
    stage.set_price(200 * PRICE);
    refuse(&mut stage, "buyer", &given, FormulaStale);
    expect_landed(stage.tick());
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
}

#[test]
fn a_sweep_skips_a_formula_it_has_no_young_price_for() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    expect_landed(stage.place("stranger", &put, super::ask(1, 20 * PRICE, CONTRACT)));
    stage.pass(6, 200 * PRICE);
    let offers = [("writer", 1), ("stranger", 1)];
    let bought = order(&stage, &put, Side::Ask, CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], ANY));
    let reasons = outcomes(&told(&stage, &landed));
    assert_eq!(reasons, [(0, FormulaStale.into()), (CONTRACT, 0)]);
}

#[test]
fn the_worst_premium_the_maker_named_holds_against_the_formula() {
    let (mut stage, put) = three();
    let least = PlaceOfferArgs {
        premium_price: 30 * PRICE,
        ..pegged(1, 0, CONTRACT)
    };
    expect_landed(stage.place("writer", &put, least));
    let most = PlaceOfferArgs {
        premium_price: 2 * PRICE,
        ..pegged_bid(1, 0, CONTRACT)
    };
    expect_landed(stage.place("stranger", &put, most));
    move_to(&mut stage, 200 * PRICE);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, CONTRACT));
    assert_eq!(cash(&stage, "buyer"), 9_970 * QUOTE);
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("stranger", 1)]);
    expect_landed(stage.sweep("buyer", &[sold], ANY));
    assert_eq!(cash(&stage, "stranger"), 9_998 * QUOTE);
}

#[test]
fn a_wallet_buys_from_a_formula_up_to_its_limit() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    move_to(&mut stage, 200 * PRICE);
    let premium = formula(&stage, &put, 200 * PRICE, 0, MakerSide::Sells);
    let mut given = by_wallet(&mut stage, ("writer", 1), &put, CONTRACT);
    let limit = given.data.len() - 8;
    given.data[limit..].copy_from_slice(&(premium - 1).to_le_bytes());
    refuse(&mut stage, "buyer", &given, PremiumAboveLimit);
    given.data[limit..].copy_from_slice(&premium.to_le_bytes());
    expect_landed(
        stage
            .world
            .send(&[given], &[&backstop_testkit::key("buyer")]),
    );
}

/// Far out of the money a bid rounds down to nothing, and nothing is no premium.
#[test]
fn a_formula_that_gives_nothing_fills_nothing() {
    let (mut stage, put) = three();
    let kind = backstop_interface::accounts::OptionKind::Put;
    let far = crate::setup::series(&mut stage, &put.expiry, 40 * PRICE, kind);
    let tiny = PlaceOfferArgs {
        pricing: Pricing::Pegged {
            vol_offset_ppm: -1_000_000,
        },
        ..pegged(1, 0, CONTRACT)
    };
    let tiny = PlaceOfferArgs {
        side: Side::Bid,
        premium_price: PRICE,
        ..tiny
    };
    expect_landed(stage.place("stranger", &far, tiny));
    move_to(&mut stage, 200 * PRICE);
    let sold = order(&stage, &far, Side::Bid, CONTRACT, &[("stranger", 1)]);
    let given = stage.sweeping("writer", &[sold], ANY);
    refuse(&mut stage, "writer", &given, SweepShort);
}

/// Price and clock are young, the surface is an hour and a second old: nothing follows it, a fixed premium stands.
#[test]
fn fill_offer_rejects_a_formula_at_a_stale_surface() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    expect_landed(stage.place("writer", &put, super::ask(2, 20 * PRICE, CONTRACT)));
    let max_age = stage.view().market.params.surface_max_age_seconds;
    let updated_at = stage.vol_surface().updated_at;
    for (age, stale) in [(max_age, false), (max_age + 1, true)] {
        stage.world.warp_to(updated_at + age);
        stage.set_price(200 * PRICE);
        expect_landed(stage.tick());
        let given = by_ledger(&stage, "buyer", ("writer", 1), &put, LOT);
        if stale {
            refuse(&mut stage, "buyer", &given, FormulaSurfaceStale);
        } else {
            expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
        }
    }
    expect_landed(stage.buy_ledger("buyer", "writer", 2, &put, LOT));
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
}

#[test]
fn fill_offer_rejects_a_formula_at_a_price_of_more_than_two_percent_confidence() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    expect_landed(stage.place("writer", &put, super::ask(2, 20 * PRICE, CONTRACT)));
    move_to(&mut stage, 200 * PRICE);
    let certain = stage.price.clone().conf_bps(200);
    let mut uncertain = certain.clone();
    uncertain.conf += 1;
    let given = by_ledger(&stage, "buyer", ("writer", 1), &put, LOT);
    stage.publish(uncertain);
    refuse(&mut stage, "buyer", &given, FormulaUncertain);
    expect_landed(stage.buy_ledger("buyer", "writer", 2, &put, LOT));
    stage.publish(certain);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
}

/// Between two hours and one before expiry an option is priced as margin prices it.
#[test]
fn a_formula_glides_into_the_time_of_the_average() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    stage.world.warp_to(put.expiry.expires_at - 5_400);
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    let expected = formula(&stage, &put, 200 * PRICE, 0, MakerSide::Sells).div_ceil(1_000);
    let before = cash(&stage, "buyer");
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, CONTRACT));
    assert_eq!(before - cash(&stage, "buyer"), expected);
}
