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

/// The chain lets the writer take out what his health at initial margin is, to the atom.
#[track_caller]
fn assert_spare_is_all(stage: &Stage) {
    let most = spare(stage);
    let above = stage.clone().withdraw_quote("writer", most + 1);
    expect_code(above, BackstopError::BelowInitialMargin);
    expect_landed(stage.clone().withdraw_quote("writer", most));
}

#[test]
fn confidence_beyond_two_percent_lowers_what_margin_counts_of_a_stable_coin() {
    let mut stage = short();
    let bare = stage.assess("writer");
    expect_landed(stage.deposit_other("writer", "stable", 1_000 * STABLE));
    // Hundredths of a percent, what initial and what maintenance margin count of 1 000.
    let cases = [
        (5, 900_000_000, 950_000_000),
        (200, 900_000_000, 950_000_000),
        // Half a percent: still at its peg.
        (250, 895_500_000, 945_250_000),
        // Three percent: half way from its peg to none.
        (500, 436_500_000, 921_500_000),
    ];
    for (bps, im, mm) in cases {
        doubt(&mut stage, "stable", bps);
        let found = stage.assess("writer");
        assert_eq!(found.value - bare.value, 1_000_000_000, "{bps} bp");
        assert_eq!(found.health_im() - bare.health_im(), im, "{bps} bp");
        assert_eq!(found.health_mm() - bare.health_mm(), mm, "{bps} bp");
        assert_spare_is_all(&stage);
    }
}

/// What the pool pays is not in doubt with the market: 220 quote, which is what maintenance margin counts.
#[test]
fn confidence_beyond_two_percent_lowers_the_market_of_a_staked_token_and_not_its_redemption() {
    let mut stage = short();
    expect_landed(stage.deposit_other("writer", "staked", 10 * STAKED));
    let mut at = |tenths: u64, bps: u64| {
        stage.set_other_price("staked", tenths * PRICE / 10);
        doubt(&mut stage, "staked", bps);
        assert_spare_is_all(&stage);
        let found = stage.assess("writer");
        (found.health_im(), found.health_mm(), found.value)
    };
    let sure = at(2_200, 200);
    let doubted = at(2_200, 500);
    // Three percent less.
    let lower = at(2_134, 200);
    assert!(doubted.0 < sure.0);
    assert_eq!(doubted, (lower.0, sure.1, sure.2));
    assert_eq!(lower.1, sure.1);
    assert_eq!(sure.2 - lower.2, 66_000_000);
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
