use backstop_client::trading::PlaceOfferArgs;
use backstop_interface::accounts::{Offer, Pricing, Side};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey};

use super::{ask, bid, pegged, three};
use crate::setup::{by_ledger, refuse, CONTRACT, LOT, PRICE};

#[test]
fn an_offer_keeps_its_side_and_its_pricing() {
    let (mut stage, put) = three();
    let guard = Pricing::Guard {
        health_ppb: 1_000_000_000,
        slip_ppb: 50_000_000,
    };
    let pegs = [-1_000_000, 0, 1_000_000].map(|ppm| Pricing::Pegged {
        vol_offset_ppm: ppm,
    });
    let pricings = [vec![Pricing::Fixed, guard], pegs.to_vec()].concat();
    for (nonce, pricing) in pricings.into_iter().enumerate() {
        for (half, side) in [Side::Ask, Side::Bid].into_iter().enumerate() {
            let nonce = (2 * nonce + half) as u64;
            let args = PlaceOfferArgs {
                side,
                pricing,
                ..ask(nonce, PRICE, LOT)
            };
            expect_landed(stage.place("writer", &put, args));
            let offer: Offer = stage.read(&stage.offer("writer", nonce)).expect("placed");
            assert_eq!((offer.side, offer.pricing), (side, pricing));
        }
    }
}

#[test]
fn place_offer_rejects_pricing_outside_its_bounds() {
    let (mut stage, put) = three();
    let peg = |vol_offset_ppm| Pricing::Pegged { vol_offset_ppm };
    let guard = |health_ppb, slip_ppb| Pricing::Guard {
        health_ppb,
        slip_ppb,
    };
    let cases = [
        peg(1_000_001),
        peg(-1_000_001),
        peg(i32::MIN),
        guard(1_000_000_001, 0),
        guard(0, 50_000_001),
        guard(u64::MAX, u64::MAX),
    ];
    for pricing in cases {
        let args = PlaceOfferArgs {
            pricing,
            ..ask(1, PRICE, LOT)
        };
        let keys = stage.keys;
        let (owner, account) = (pubkey("writer"), stage.margin("writer"));
        let given = backstop_client::trading::place_offer(&keys, owner, account, &put, args);
        refuse(
            &mut stage,
            "writer",
            &given,
            BackstopError::PricingNotAllowed,
        );
    }
}

#[test]
fn place_offer_rejects_a_bid_for_nothing_and_a_fixed_ask_for_nothing() {
    let (mut stage, put) = three();
    let cases = [
        bid(1, 0, LOT),
        ask(1, 0, LOT),
        PlaceOfferArgs {
            side: Side::Bid,
            ..pegged(1, 0, LOT)
        },
    ];
    for args in cases {
        let keys = stage.keys;
        let (owner, account) = (pubkey("writer"), stage.margin("writer"));
        let given = backstop_client::trading::place_offer(&keys, owner, account, &put, args);
        refuse(
            &mut stage,
            "writer",
            &given,
            BackstopError::PremiumOutOfRange,
        );
    }
    expect_landed(stage.place("writer", &put, pegged(1, 0, LOT)));
}

#[test]
fn fill_offer_rejects_a_bid() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, bid(1, 6 * PRICE, CONTRACT)));
    let given = by_ledger(&stage, "buyer", ("writer", 1), &put, CONTRACT);
    refuse(&mut stage, "buyer", &given, BackstopError::WrongSide);
    assert!(stage.world.send(&[given], &[&key("buyer")]).is_err());
}
