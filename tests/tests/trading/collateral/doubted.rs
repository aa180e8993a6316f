//! The confidence of a collateral's price: what of it is beyond 2 % lowers what margin counts, and never the value.

use backstop_interface::accounts::AccountState;
use backstop_interface::event::AuctionStarted;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_code, expect_landed, Stage};

use super::setting::{coin, leaning, short, spare, STABLE, STAKED};
use crate::setup::{state, PRICE};

/// The published price of a collateral once more, of this confidence.
fn doubt(stage: &mut Stage, name: &str, bps: u64) {
    let price = stage.other(name).price.clone().conf_bps(bps);
    stage.publish_other(name, price);
}

/// What 1 000 coins, or 10 staked tokens, add to value, to health at initial and at maintenance margin.
struct Counted {
    value: i64,
    im: i64,
    mm: i64,
}

/// Deposits it, and compares what the confidences make of it.
#[track_caller]
fn assert_counted(name: &str, atoms: u64, cases: &[(u64, Counted)]) {
    let mut stage = short();
    let bare = stage.assess("writer");
    expect_landed(stage.deposit_other("writer", name, atoms));
    for (bps, counted) in cases {
        doubt(&mut stage, name, *bps);
        let found = stage.assess("writer");
        assert_eq!(found.value - bare.value, counted.value, "{bps} bp");
        assert_eq!(found.health_im() - bare.health_im(), counted.im, "{bps} bp");
        assert_eq!(found.health_mm() - bare.health_mm(), counted.mm, "{bps} bp");
        // The chain says the same, to the atom.
        let most = spare(&stage);
        let above = stage.clone().withdraw_quote("writer", most + 1);
        expect_code(above, BackstopError::BelowInitialMargin);
        expect_landed(stage.clone().withdraw_quote("writer", most));
    }
}

#[test]
fn confidence_beyond_two_percent_lowers_what_margin_counts_of_a_stable_coin() {
    let counted = |im, mm| Counted {
        value: 1_000_000_000,
        im,
        mm,
    };
    assert_counted(
        "stable",
        1_000 * STABLE,
        &[
            (5, counted(900_000_000, 950_000_000)),
            (200, counted(900_000_000, 950_000_000)),
            // Half a percent: still at its peg.
            (250, counted(895_500_000, 945_250_000)),
            // Three percent: half way from its peg to none.
            (500, counted(436_500_000, 921_500_000)),
        ],
    );
}

/// What the pool pays is not in doubt with the market.
#[test]
fn confidence_beyond_two_percent_lowers_the_market_of_a_staked_token_and_not_its_redemption() {
    let counted = |im| Counted {
        value: 2_200_000_000,
        im,
        mm: 1_870_000_000,
    };
    assert_counted(
        "staked",
        10 * STAKED,
        &[(200, counted(1_540_000_000)), (500, counted(1_493_800_000))],
    );
}

#[test]
fn a_trigger_counts_the_confidence_too() {
    let mut stage = leaning();
    coin(&mut stage, "stable", PRICE / 2, PRICE / 2);
    let sure = stage.assess("writer");
    doubt(&mut stage, "stable", 500);
    let doubted = stage.assess("writer");
    assert_eq!(sure.value, doubted.value);
    // 3 % of 25 000 quote at a weight of 95 %.
    assert_eq!(sure.health_mm() - doubted.health_mm(), 712_500_000);
    let landed = expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(&stage, "writer"), AccountState::Auction);
    let told: Vec<AuctionStarted> = landed.events(&stage.world.program_id());
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].health_mm_atoms, doubted.health_mm());
    assert_eq!(told[0].value_atoms, doubted.value);
}
