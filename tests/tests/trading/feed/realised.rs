//! Realised volatility: samples the clock takes, and the floor they put under a surface.

use backstop_interface::accounts::{FeedClock, StoredSurface};
use backstop_quantities::{Price, Vol};
use backstop_risk::surface::{MIN_VOL_PPM, TENOR_SECONDS};
use backstop_risk::volatility::RealisedVol;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, Genesis, Stage};
use backstop_tests::program_so;

use crate::setup::{open, surface, PRICE};

const GRID: i64 = 300;
/// Most a tick may cost, also one that takes a sample.
const CU_CEILING: u64 = 8_000;

fn clock(stage: &Stage) -> FeedClock {
    stage.read(&stage.keys.clock).expect("genesis opened it")
}

/// Least volatility of a surface at its tenors, ppm.
fn floors(stage: &Stage) -> [u32; 6] {
    let realised = clock(stage).realised().expect("sampled");
    TENOR_SECONDS.map(|tenor| realised.surface_floor(tenor).get())
}

/// A market whose first price came between two grid times.
fn off_grid() -> Stage {
    let mut genesis = Genesis::default();
    genesis.opens_at = (genesis.opens_at / GRID) * GRID + 100;
    let stage = Stage::open(program_so(), &genesis);
    assert!(clock(&stage).realised().is_none());
    stage
}

/// Moves to the next grid time plus `after` seconds and ticks an update whose forerunner is `gap` older.
fn tick_after_grid(stage: &mut Stage, after: i64, gap: i64, price: u64) {
    let grid = (stage.world.now() / GRID + 1) * GRID;
    stage.world.warp_to(grid + after);
    let now = stage.world.now();
    stage.publish(PythPrice::new(stage.keys.feed_id, price, now).after(now - gap));
    let landed = expect_landed(stage.tick());
    let cu = landed.program_cu(&stage.world.program_id());
    println!("a tick across a grid time: {cu} CU");
    assert!(
        cu <= CU_CEILING,
        "a tick costs {cu} CU, promised {CU_CEILING}"
    );
}

#[test]
fn the_update_that_spans_a_grid_time_and_no_other_is_a_sample() {
    let mut stage = off_grid();
    tick_after_grid(&mut stage, 5, 5, 200 * PRICE);
    assert!(
        clock(&stage).realised().is_none(),
        "the update before it was at the grid time"
    );
    tick_after_grid(&mut stage, 5, 6, 200 * PRICE);
    let step = stage.world.now() / GRID;
    let mut beside =
        RealisedVol::new(Price::new(200 * PRICE), step, Vol::new(MIN_VOL_PPM)).expect("in range");
    assert_eq!(clock(&stage).realised(), Some(beside));
    // The same grid time once more, a later one, one after a gap of four steps.
    for (after, gap, price, steps) in [(0, 1, 204, 1), (20, 21, 190, 1), (9, 10, 210, 4)] {
        stage.world.advance(GRID * (steps - 1));
        tick_after_grid(&mut stage, after, gap, price * PRICE);
        let step = stage.world.now() / GRID;
        beside = beside
            .sample(Price::new(price * PRICE), step)
            .expect("a price");
        assert_eq!(clock(&stage).realised(), Some(beside), "at {price}");
        stage.world.advance(10);
        stage.set_price(100 * PRICE);
        let cu = expect_landed(stage.tick()).program_cu(&stage.world.program_id());
        println!("a tick between grid times: {cu} CU");
        assert_eq!(clock(&stage).realised(), Some(beside), "between grid times");
    }
}

#[test]
fn no_surface_in_force_lies_below_three_quarters_of_what_the_price_did() {
    let mut stage = open();
    // A day in which the price moves by a fiftieth every five minutes: over 600 % a year.
    for index in 0..288 {
        let price = if index % 2 == 0 { 200 } else { 204 };
        tick_after_grid(&mut stage, 1, 2, price * PRICE);
    }
    let least = floors(&stage);
    let storm = least[0];
    assert!((3_000_000..5_000_000).contains(&storm), "{storm}");
    expect_landed(stage.publish_surface(&surface()));
    let nodes = stage.vol_surface().surface.atm_vol_ppm;
    let published = surface().atm_vol_ppm;
    assert_eq!(nodes, std::array::from_fn(|i| published[i].max(least[i])));
    assert_eq!(nodes[5], published[5], "a day of storm is not half a year");

    // Two calm days: the floor comes down, and with it the surface, a tenth at a time.
    for _ in 0..576 {
        tick_after_grid(&mut stage, 1, 2, 200 * PRICE);
    }
    let calm = floors(&stage)[0];
    assert!((surface().atm_vol_ppm[0]..storm).contains(&calm), "{calm}");
    for _ in 0..60 {
        let least = floors(&stage);
        expect_landed(stage.publish_surface(&surface()));
        let nodes = stage.vol_surface().surface.atm_vol_ppm;
        assert!(nodes.iter().zip(least).all(|(vol, least)| *vol >= least));
        tick_after_grid(&mut stage, 1, 2, 200 * PRICE);
    }
    let least = floors(&stage);
    expect_landed(stage.publish_surface(&surface()));
    let nodes = stage.vol_surface().surface.atm_vol_ppm;
    assert_eq!(
        nodes[0], least[0],
        "the floor holds what publishers would let fall"
    );
}

#[test]
fn a_market_without_samples_has_no_floor() {
    let mut stage = off_grid();
    expect_landed(stage.publish_surface(&surface()));
    stage.world.advance(300);
    let low = StoredSurface {
        atm_vol_ppm: [50_000; 6],
        ..surface()
    };
    for _ in 0..40 {
        expect_landed(stage.publish_surface(&low));
        stage.world.advance(300);
    }
    assert!(clock(&stage).realised().is_none());
    let node = stage.vol_surface().surface.atm_vol_ppm[0];
    assert!(node < 100_000, "{node}");
}
