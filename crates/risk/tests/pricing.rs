//! Properties every option price must have, whatever the digits.

use backstop_quantities::{Price, Vol};
use backstop_risk::pricing::{intrinsic, option_price, Kind};
use proptest::prelude::*;

/// Error the kernel may make, as a part of max(spot, strike): 1e-6, from both prices compared.
fn slack(spot: u64, strike: u64) -> u64 {
    spot.max(strike) / 500_000 + 2
}

fn price(kind: Kind, spot: u64, strike: u64, vol: u32, seconds: i64) -> u64 {
    option_price(
        kind,
        Price::new(spot),
        Price::new(strike),
        Vol::new(vol),
        seconds,
    )
    .get()
}

prop_compose! {
    /// Spot 0.001 to 1e6 quote, strike 1/20 to 20 times it.
    fn market()(exponent in 6u32..15, digits in 1_000u64..10_000, ratio in 50u64..20_000)
        -> (u64, u64) {
        let spot = digits * 10u64.pow(exponent) / 1_000;
        (spot, spot / 1_000 * ratio + 1)
    }
}

proptest! {
    #[test]
    fn parity_holds_to_the_unit(
        (spot, strike) in market(), vol in 1u32..8_000_000, seconds in -10i64..63_072_000,
    ) {
        let call = price(Kind::Call, spot, strike, vol, seconds);
        let put = price(Kind::Put, spot, strike, vol, seconds);
        prop_assert_eq!(call + strike, put + spot);
    }

    #[test]
    fn prices_lie_between_intrinsic_and_the_whole(
        (spot, strike) in market(), vol in 0u32.., seconds in any::<i64>(),
    ) {
        for (kind, most) in [(Kind::Call, spot), (Kind::Put, strike)] {
            let got = price(kind, spot, strike, vol, seconds);
            let least = intrinsic(kind, Price::new(spot), Price::new(strike)).get();
            prop_assert!(least <= got && got <= most);
        }
    }

    #[test]
    fn prices_grow_with_volatility_and_time(
        (spot, strike) in market(), vol in 50_000u32..4_000_000, more in 1u32..1_000_000,
        seconds in 60i64..31_536_000, later in 1i64..31_536_000,
    ) {
        let now = price(Kind::Call, spot, strike, vol, seconds);
        let slack = slack(spot, strike);
        prop_assert!(price(Kind::Call, spot, strike, vol + more, seconds) + slack >= now);
        prop_assert!(price(Kind::Call, spot, strike, vol, seconds + later) + slack >= now);
    }

    #[test]
    fn calls_rise_with_spot_and_fall_with_strike(
        (spot, strike) in market(), vol in 50_000u32..4_000_000, seconds in 0i64..31_536_000,
        percent in 1u64..100,
    ) {
        let now = price(Kind::Call, spot, strike, vol, seconds);
        let up = spot / 100 * (100 + percent);
        let dearer = strike / 100 * (100 + percent);
        let slack = slack(up, dearer);
        prop_assert!(price(Kind::Call, up, strike, vol, seconds) + slack >= now);
        prop_assert!(price(Kind::Call, spot, dearer, vol, seconds) <= now + slack);
    }
}

#[test]
fn degenerate_inputs_are_intrinsic() {
    assert_eq!(price(Kind::Call, 0, 100, 500_000, 86_400), 0);
    assert_eq!(price(Kind::Put, 0, 100, 500_000, 86_400), 100);
    assert_eq!(price(Kind::Call, 100, 0, 500_000, 86_400), 100);
    assert_eq!(price(Kind::Put, 100, 0, 500_000, 86_400), 0);
    assert_eq!(price(Kind::Call, 150, 100, 0, 86_400), 50);
    assert_eq!(price(Kind::Call, 150, 100, 500_000, 0), 50);
    assert_eq!(price(Kind::Put, u64::MAX, 1, u32::MAX, i64::MAX), 1);
}

#[test]
fn a_textbook_price_comes_out() {
    // S = K = 100, 80 %, 30 days: 2 * 100 * (Phi(s/2) - 1/2), s = 0.8 * sqrt(30/365) = 0.229353
    let got = price(
        Kind::Call,
        100_000_000_000,
        100_000_000_000,
        800_000,
        2_592_000,
    );
    let truth = 9_129_840_782u64;
    assert!(got.abs_diff(truth) < 100_000, "{got}");
}
