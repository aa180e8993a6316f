//! One writer's default through every stage of the waterfall.

use backstop_interface::accounts::{ExpiryState, OptionKind, StoredSurface};
use backstop_testkit::{expect_landed, Genesis, OfferTerms, Stage};
use backstop_tests::program_so;

const QUOTE: u64 = 1_000_000;
const PRICE: u64 = 1_000_000_000;

fn surface() -> StoredSurface {
    StoredSurface { atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000], skew_ppm: 0, curvature_ppm: 0 }
}

#[test]
fn a_default_goes_through_all_five_stages() {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    for name in ["writer", "buyer", "keeper", "bidder", "insurer", "backer"] {
        stage.actor(name, 1_000_000 * QUOTE, 0);
    }
    expect_landed(stage.publish_surface(&surface()));
    for name in ["writer", "bidder"] {
        expect_landed(stage.open_account(name));
    }
    expect_landed(stage.stake("insurer", 10_000 * QUOTE));
    let expiry = stage.next_expiry(2);
    expect_landed(stage.create_expiry("keeper", &expiry));
    let put = expiry.series(200 * PRICE, OptionKind::Put);
    expect_landed(stage.create_series("keeper", &put));
    expect_landed(stage.deposit_quote("writer", 70_000 * QUOTE));
    let contracts = 1_000 * 1_000_000;
    expect_landed(stage.place_offer("writer", &put, OfferTerms { nonce: 1, premium_price: 6 * PRICE, contracts }));
    let filled = expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, contracts));
    println!("fill {} CU", filled.cu);
    println!("health {:?}", stage.assess("writer"));

    // The market falls by 60 %: the writer owes more than he has.
    stage.pass(20, 80 * PRICE);
    expect_landed(stage.tick());
    println!("after {:?}", stage.assess("writer"));
    let landed = expect_landed(stage.liquidate("keeper", "writer"));
    println!("liquidate {} CU", landed.cu);
    expect_landed(stage.deposit_quote("bidder", 500_000 * QUOTE));
    println!("terms {:?}", stage.terms("writer"));
    for _ in 0..130 {
        stage.pass(10, 80 * PRICE);
        expect_landed(stage.tick());
    }
    println!("terms {:?}", stage.terms("writer"));
    let landed = expect_landed(stage.bid("bidder", "writer", 100_000_000, i64::MAX));
    println!("bid {} CU fund {:?}", landed.cu, stage.fund());
    let _ = stage.liquidate("keeper", "writer").unwrap();
    println!("state {:?}", stage.account_of("writer").unwrap().state());

    stage.world.warp_to(expiry.expires_at - 40 * 60);
    stage.set_price(80 * PRICE);
    expect_landed(stage.sample(&expiry, 80 * PRICE));
    expect_landed(stage.fix_price(&expiry));
    expect_landed(stage.fold_series(&put));
    for name in ["writer", "bidder"] {
        let landed = expect_landed(stage.settle(name, &expiry));
        println!("settle {name} {} CU", landed.cu);
    }
    let e = stage.expiry_of(&expiry);
    println!("owed {} escrow {} unsettled {} debts {}", e.owed_atoms, e.escrow_atoms, e.unsettled_contracts, e.debts_atoms);
    stage.world.advance(1801);
    expect_landed(stage.close_collecting(&expiry));
    let e = stage.expiry_of(&expiry);
    println!("insured {} shortfall {}", e.insured_atoms, e.shortfall_atoms);
    stage.world.advance(3600);
    expect_landed(stage.bid_recapitalisation("backer", &expiry, 1));
    stage.world.advance(4 * 3600);
    expect_landed(stage.finalise(&expiry));
    let e = stage.expiry_of(&expiry);
    assert_eq!(e.state(), ExpiryState::Finalised);
    println!("haircut {}", e.haircut_ppb);
    let landed = expect_landed(stage.redeem("buyer", &put, contracts));
    println!("redeem {} CU", landed.cu);
    let e = stage.expiry_of(&expiry);
    println!("owed {} escrow {} claims {}", e.owed_atoms, e.escrow_atoms, e.claims_atoms);
}
