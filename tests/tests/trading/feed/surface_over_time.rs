//! The averaged surface on chain, against the same sums kept beside it.

use anchor_lang::error::ErrorCode;
use backstop_client::feed::submit_surface;
use backstop_interface::accounts::StoredSurface;
use backstop_interface::event::SurfaceMoved;
use backstop_interface::vols::Vols;
use backstop_quantities::UnixSeconds;
use backstop_risk::surface::Surface;
use backstop_risk::volatility::AveragedSurface;
use backstop_testkit::{expect_landed, pubkey, Stage};

use crate::setup::{open, refuse, surface, swapped};

fn now(stage: &Stage) -> UnixSeconds {
    UnixSeconds::new(stage.world.now())
}

/// The surface with every at-the-money volatility raised.
fn raised(by_ppm: u32) -> StoredSurface {
    let mut surface = surface();
    surface.atm_vol_ppm = surface.atm_vol_ppm.map(|vol| vol + by_ppm);
    surface
}

#[test]
fn every_surface_that_was_in_force_counts_by_the_time_it_was() {
    let mut stage = open();
    let mut beside = AveragedSurface::new(&surface().into(), now(&stage)).expect("valid");
    let steps = [(61, 0), (75, 1), (300, 2), (600, 0), (60, 1), (1_500, 2)];
    for (round, (seconds, publisher)) in steps.into_iter().enumerate() {
        stage.world.advance(seconds);
        let name = stage.publishers[publisher];
        let said = raised(200_000 * (1 + round as u32));
        let landed = expect_landed(stage.submit_surface(name, &said));
        let stored = stage.vol_surface();
        let moved = landed.events::<SurfaceMoved>(&stage.world.program_id());
        assert_eq!(moved.len(), 1, "round {round}: three words are fresh");
        beside
            .update(&stored.surface.into(), now(&stage))
            .expect("valid");
        assert_eq!(stored.averaged(), beside, "round {round}");
        for later in [0, 59, 400, 3_000] {
            let at = UnixSeconds::new(stage.world.now() + later);
            let vols = Vols::of(&stored, 3_600, at.get());
            assert_eq!(vols.averaged, beside.average(at));
            let vols = Vols::earlier(&stored, 3_600, at.get());
            assert_eq!(vols.averaged, beside.average_earlier(at));
        }
    }
    let last = Surface::from(stage.vol_surface().surface);
    assert_ne!(last, surface().into(), "the surface has moved at all");
}

#[test]
fn maintenance_margin_sees_the_average_and_not_the_newest() {
    let mut stage = open();
    stage.world.advance(300);
    expect_landed(stage.publish_surface(&raised(900_000)));
    stage.world.advance(300);
    expect_landed(stage.submit_surface("publisher one", &raised(900_000)));
    let stored = stage.vol_surface();
    let at_once = Vols::of(&stored, 3_600, stage.world.now());
    assert_eq!(
        at_once.averaged,
        surface().into(),
        "it held for no second yet"
    );
    assert_eq!(at_once.in_force, Surface::from(raised(90_000)));
    let half = Vols::of(&stored, 3_600, stage.world.now() + 300);
    assert_eq!(
        half.averaged,
        Surface::from(raised(45_000)),
        "half of the window"
    );
}

#[test]
fn an_old_surface_widens_initial_margin_at_once_and_maintenance_after_six_hours() {
    let stage = open();
    let stored = stage.vol_surface();
    let after = |seconds| Vols::of(&stored, 3_600, stage.world.now() + seconds).widening;
    for (hours, im, mm) in [
        (0, 0, 0),
        (1, 0, 0),
        (2, 10_000, 0),
        (7, 60_000, 0),
        (9, 80_000, 20_000),
    ] {
        let found = after(3_600 * hours);
        assert_eq!((found.im_ppm, found.mm_ppm), (im, mm), "after {hours} h");
    }
}

#[test]
fn submit_surface_rejects_the_clock_of_another_feed() {
    let mut stage = open();
    stage.world.advance(60);
    let given = submit_surface(&stage.keys, pubkey("publisher one"), &surface());
    let bent = swapped(given, &stage.keys.clock, &stage.keys.fund);
    refuse(
        &mut stage,
        "publisher one",
        &bent,
        ErrorCode::AccountDiscriminatorMismatch,
    );
}
