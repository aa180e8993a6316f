use anchor_lang::error::ErrorCode;
use backstop_client::feed::submit_surface;
use backstop_interface::accounts::{StoredSurface, VolSurface};
use backstop_interface::event::SurfaceMoved;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Genesis, Snapshot, Stage};
use backstop_tests::program_so;

use crate::setup::{
    assert_only_changed, genesis_before, open, refuse, surface, swapped, two_markets,
};

fn stage() -> Stage {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    stage.actor("stranger", 0, 0);
    stage
}

fn stored(stage: &Stage) -> VolSurface {
    stage.vol_surface()
}

/// The surface with every at-the-money volatility raised.
fn raised(by_ppm: u32) -> StoredSurface {
    let mut surface = surface();
    surface.atm_vol_ppm = surface.atm_vol_ppm.map(|vol| vol + by_ppm);
    surface
}

#[test]
fn the_third_fresh_word_puts_the_middle_surface_in_force() {
    let mut stage = stage();
    for (index, (publisher, by)) in [("publisher one", 30_000), ("publisher two", 0)]
        .into_iter()
        .enumerate()
    {
        let before = Snapshot::whole(&stage.world);
        expect_landed(stage.submit_surface(publisher, &raised(by)));
        assert_only_changed(&before, &stage, &[stage.keys.vol_surface]);
        let stored = stored(&stage);
        assert_eq!(stored.updated_at, 0, "two words are not enough");
        assert_eq!(stored.submissions[index].surface, raised(by).into());
        assert_eq!(stored.submissions[index].submitted_at, stage.world.now());
    }
    let landed = expect_landed(stage.submit_surface("publisher three", &raised(10_000)));
    let stored = stored(&stage);
    assert_eq!(
        (stored.surface, stored.updated_at),
        (raised(10_000).into(), stage.world.now())
    );
    let events = landed.events::<SurfaceMoved>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.market, event.updated_at),
        (stage.keys.market, stage.world.now())
    );
    assert_eq!(event.atm_vol_ppm, raised(10_000).atm_vol_ppm);
}

#[test]
fn one_publisher_cannot_carry_the_surface_away() {
    let mut stage = open();
    stage.world.advance(60);
    let wild = StoredSurface {
        atm_vol_ppm: [5_000_000; 6],
        ..surface()
    };
    expect_landed(stage.submit_surface("publisher two", &wild));
    assert_eq!(stored(&stage).surface, surface().into());
}

#[test]
fn the_surface_moves_a_tenth_of_the_way_in_five_minutes() {
    let mut stage = open();
    stage.world.advance(300);
    let landed = expect_landed(stage.publish_surface(&raised(100_000)));
    let events = landed.events::<SurfaceMoved>(&stage.world.program_id());
    assert_eq!(events.len(), 1);
    // When the first spoke the middle one was still the old; between the others no time passed.
    assert_eq!(stored(&stage).surface, surface().into());
    stage.world.advance(300);
    expect_landed(stage.submit_surface("publisher one", &raised(100_000)));
    let moved = stored(&stage).surface.atm_vol_ppm[0];
    assert_eq!(moved, surface().atm_vol_ppm[0] + 10_000);
}

#[test]
fn two_fresh_words_and_one_old_one_leave_the_surface_as_it_was() {
    let mut stage = open();
    let before = stored(&stage);
    stage.world.advance(3_601);
    expect_landed(stage.submit_surface("publisher one", &raised(1)));
    expect_landed(stage.submit_surface("publisher two", &raised(1)));
    let after = stored(&stage);
    assert_eq!(
        (after.surface, after.updated_at),
        (before.surface, before.updated_at)
    );
    expect_landed(stage.submit_surface("publisher three", &raised(1)));
    assert_eq!(stored(&stage).updated_at, stage.world.now());
}

#[test]
fn submit_surface_rejects_publishers_before_the_seal() {
    let (mut stage, _) = genesis_before("seal");
    let given = submit_surface(&stage.keys, pubkey("publisher one"), &surface());
    refuse(
        &mut stage,
        "publisher one",
        &given,
        BackstopError::NotSealed,
    );
}

#[test]
fn submit_surface_rejects_anyone_but_the_three_publishers() {
    let mut stage = stage();
    for name in ["stranger", "genesis"] {
        let given = submit_surface(&stage.keys, pubkey(name), &surface());
        refuse(&mut stage, name, &given, BackstopError::NotPublisher);
    }
}

#[test]
fn submit_surface_rejects_numbers_beyond_their_bounds_and_calendar_arbitrage() {
    let mut stage = stage();
    let vol = |at: usize, ppm: u32| {
        let mut surface = surface();
        surface.atm_vol_ppm[at] = ppm;
        surface
    };
    let cases = [
        ("volatility below 5 %", vol(5, 49_999)),
        ("volatility above 500 %", vol(0, 5_000_001)),
        (
            "skew above",
            StoredSurface {
                skew_ppm: 150_001,
                ..surface()
            },
        ),
        (
            "skew below",
            StoredSurface {
                skew_ppm: -150_001,
                ..surface()
            },
        ),
        (
            "skew of least value",
            StoredSurface {
                skew_ppm: i32::MIN,
                ..surface()
            },
        ),
        (
            "negative curvature",
            StoredSurface {
                curvature_ppm: -1,
                ..surface()
            },
        ),
        (
            "curvature above",
            StoredSurface {
                curvature_ppm: 25_001,
                ..surface()
            },
        ),
        // 0.9² · 1 day = 0.81; 0.340 167² · 7 days = 0.809 99: less total variance for more time.
        ("calendar arbitrage", vol(1, 340_100)),
        ("empty", StoredSurface::default()),
    ];
    for (what, surface) in cases {
        println!("{what}");
        let given = submit_surface(&stage.keys, pubkey("publisher one"), &surface);
        refuse(
            &mut stage,
            "publisher one",
            &given,
            BackstopError::SurfaceInvalid,
        );
    }
}

#[test]
fn it_takes_numbers_at_their_bounds() {
    let mut stage = stage();
    let most = StoredSurface {
        atm_vol_ppm: [5_000_000; 6],
        skew_ppm: 150_000,
        curvature_ppm: 25_000,
    };
    let least = StoredSurface {
        atm_vol_ppm: [50_000; 6],
        skew_ppm: -150_000,
        curvature_ppm: 0,
    };
    expect_landed(stage.submit_surface("publisher one", &most));
    expect_landed(stage.submit_surface("publisher two", &least));
    assert_eq!(
        stored(&stage).submissions.map(|s| s.surface)[..2],
        [most.into(), least.into()]
    );
}

#[test]
fn submit_surface_rejects_a_second_word_within_the_minute() {
    let mut stage = stage();
    expect_landed(stage.submit_surface("publisher one", &surface()));
    let given = submit_surface(&stage.keys, pubkey("publisher one"), &raised(1));
    refuse(
        &mut stage,
        "publisher one",
        &given,
        BackstopError::SurfaceTooSoon,
    );
    stage.world.advance(59);
    refuse(
        &mut stage,
        "publisher one",
        &given,
        BackstopError::SurfaceTooSoon,
    );
    stage.world.advance(1);
    expect_landed(stage.submit_surface("publisher one", &raised(1)));
}

#[test]
fn submit_surface_rejects_the_surface_of_another_market() {
    let (mut stage, other) = two_markets();
    stage.world.advance(60);
    let given = submit_surface(&stage.keys, pubkey("publisher one"), &surface());
    let given = swapped(given, &stage.keys.vol_surface, &other.vol_surface);
    refuse(
        &mut stage,
        "publisher one",
        &given,
        ErrorCode::ConstraintSeeds,
    );
}
