//! A stale surface widens both tiers, slowly. What that costs: `laws/staleness.rs`.

use crate::classes::{class, for_all};
use backstop_risk::surface::MAX_VOL_PPM;
use backstop_risk::volatility::{widening, Widening, MM_GRACE_SECONDS, POINT_PPM};
use proptest::prelude::*;

#[test]
fn initial_margin_widens_at_once_and_maintenance_after_six_hours() {
    let ppm = |im_ppm, mm_ppm| Widening { im_ppm, mm_ppm };
    assert_eq!(widening(i64::MIN), ppm(0, 0));
    assert_eq!(widening(0), ppm(0, 0));
    assert_eq!(widening(1), ppm(3, 0), "rounded up against the owner");
    assert_eq!(widening(3_600), ppm(10_000, 0));
    assert_eq!(widening(MM_GRACE_SECONDS), ppm(60_000, 0));
    assert_eq!(widening(MM_GRACE_SECONDS + 3_599), ppm(69_998, 9_997));
    assert_eq!(widening(7 * 3_600), ppm(70_000, 10_000));
    assert_eq!(widening(i64::MAX), ppm(MAX_VOL_PPM, MAX_VOL_PPM));
}

#[test]
fn maintenance_gains_at_most_a_point_an_hour() {
    let classes = [
        "within grace",
        "after grace",
        "across its end",
        "at the cap",
    ];
    let age = prop_oneof![0..50_000i64, 18_000..22_000i64, 1_700_000..1_900_000i64];
    for_all(
        "widening",
        &classes,
        &(age, 0i64..3_600),
        |(age, more), hits| {
            let (now, then) = (widening(age), widening(age + more));
            prop_assert!(now.im_ppm <= then.im_ppm && now.mm_ppm <= then.mm_ppm);
            prop_assert!(now.mm_ppm <= now.im_ppm);
            prop_assert!(then.mm_ppm - now.mm_ppm <= POINT_PPM);
            prop_assert!(then.im_ppm - now.im_ppm <= POINT_PPM);
            prop_assert!(age > MM_GRACE_SECONDS || now.mm_ppm == 0);
            class(hits, classes[0], age + more <= MM_GRACE_SECONDS);
            class(hits, classes[1], age > MM_GRACE_SECONDS);
            class(hits, classes[2], age < MM_GRACE_SECONDS && then.mm_ppm > 0);
            class(hits, classes[3], now.im_ppm == MAX_VOL_PPM);
            Ok(())
        },
    );
}
