//! What makes initial margin dearer, one cause at a time: the program asks for exactly as much as the same
//! functions outside, and maintenance margin does not see it.

use backstop_client::quotes::MarketView;
use backstop_interface::accounts::StoredSurface;
use backstop_interface::snapshot::Purpose;
use backstop_interface::BackstopError;
use backstop_risk::margin::Assessment;
use backstop_testkit::{expect_landed, Stage};

use crate::setup::{surface, written, CONTRACT, PRICE, UNDERLYING};

/// The writer as a withdrawal sees him, through a view.
fn seen(stage: &Stage, view: &MarketView) -> Assessment {
    let account = stage.account_of("writer").expect("opened");
    let (price, now) = (stage.price_update(), stage.world.now());
    let seen = view.assess_for(Purpose::Withdrawal, &account, price, now);
    seen.expect("in range")
}

/// The cause lowers health(IM) and not health(MM) against a view without it, and what is left of health(IM)
/// can be withdrawn to the atom.
#[track_caller]
fn costs_exactly(stage: &mut Stage, without: &MarketView) {
    let (with, without) = (seen(stage, &stage.view()), seen(stage, without));
    assert!(
        with.health_im() < without.health_im(),
        "{} with the cause, {} without",
        with.health_im(),
        without.health_im()
    );
    assert_eq!(with.health_mm(), without.health_mm());
    let most = u64::try_from(with.health_im()).expect("healthy");
    let refused = stage.withdraw_quote("writer", most + 1);
    let code = refused.expect_err("one atom too many").code();
    assert_eq!(code, Some(BackstopError::BelowInitialMargin.into()));
    expect_landed(stage.withdraw_quote("writer", most));
}

#[test]
fn a_forecast_above_the_calm_raises_initial_margin() {
    let (mut stage, _) = written(20 * CONTRACT);
    // A fiftieth every five minutes: over 600 % a year, where 80 % is calm. The last price is the first.
    for index in 0..13 {
        let price = if index % 2 == 0 { 200 } else { 204 };
        stage.pass(300, price * PRICE);
        expect_landed(stage.tick());
    }
    let mut calm = stage.view();
    assert!(calm.clock.realised().expect("sampled").forecast().get() > 1_200_000);
    calm.clock.sample_step = 0;
    let (with, without) = (seen(&stage, &stage.view()), seen(&stage, &calm));
    assert!(
        with.r_im > without.r_im * 4 / 3,
        "the cap is a half more of the scenario loss"
    );
    costs_exactly(&mut stage, &calm);
}

#[test]
fn a_surface_nobody_renews_widens_initial_margin() {
    let (mut stage, _) = written(20 * CONTRACT);
    stage.pass(6 * 3_600, 200 * PRICE);
    let mut fresh = stage.view();
    fresh.vol_surface.updated_at = stage.world.now();
    costs_exactly(&mut stage, &fresh);
}

#[test]
fn a_surface_away_from_its_average_costs_initial_margin() {
    let (mut stage, _) = written(20 * CONTRACT);
    let storm = StoredSurface {
        atm_vol_ppm: [2_000_000; 6],
        ..surface()
    };
    stage.world.advance(60);
    expect_landed(stage.publish_surface(&storm));
    stage.world.advance(240);
    expect_landed(stage.submit_surface("publisher one", &storm));
    stage.set_price(200 * PRICE);
    let mut still = stage.view();
    let average = still.vol_surface.averaged();
    let now = backstop_quantities::UnixSeconds::new(stage.world.now());
    still.vol_surface.surface = average.average(now).into();
    assert_ne!(still.vol_surface.surface, stage.vol_surface().surface);
    costs_exactly(&mut stage, &still);
}

#[test]
fn collateral_beyond_its_size_counts_half() {
    let (mut stage, _) = written(20 * CONTRACT);
    // 15 000 units at 200 quote are worth 3 000 000, of which 2 000 000 count whole.
    let (owner, mint) = (stage.key("writer"), stage.keys.underlying_mint);
    let owner = solana_signer::Signer::pubkey(&owner);
    stage.world.fund(&owner, &mint, 15_000 * UNDERLYING);
    expect_landed(stage.deposit_underlying("writer", 15_000 * UNDERLYING));
    let mut boundless = stage.view();
    boundless.underlying.size_atoms = 1_000_000_000_000_000;
    let (with, without) = (seen(&stage, &stage.view()), seen(&stage, &boundless));
    assert_eq!(
        without.v_im - with.v_im,
        400_000_000_000,
        "half of a million at a weight of 0.8"
    );
    assert_eq!(without.v_mm, with.v_mm);
}
