//! Numbers of any size against exact integers, and a count of how often each kind of case was met.

#[path = "common/cases.rs"]
mod cases;

use backstop_quantities::precise::{mul_high, product_floor, signed_mul_high, Scaled};
use cases::for_all;
use proptest::prelude::*;

const TOP: u64 = 1 << 63;

/// Mantissas of any bits, with few bits at either end as likely as with many.
fn mantissa() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64, any::<bool>()).prop_map(|(bits, cut, high)| {
        TOP | if high {
            bits >> cut << cut
        } else {
            bits >> cut
        }
    })
}

fn number() -> impl Strategy<Value = Scaled> {
    (mantissa(), -150i64..150)
        .prop_map(|(mantissa, exponent)| Scaled::from_parts(mantissa, exponent))
}

fn mantissa_of(number: Scaled) -> u128 {
    number.floor_times(1, 63 - number.exponent())
}

#[test]
fn integers_are_exact() {
    assert_eq!(Scaled::new(0), None);
    for_all(
        "integers",
        &["small", "large"],
        (any::<u64>(), 0u32..64),
        |(bits, cut), met| {
            let value = bits >> cut;
            let Some(number) = Scaled::new(value) else {
                return Ok(());
            };
            met(if value >> 32 == 0 { "small" } else { "large" });
            prop_assert_eq!(number.exponent(), i64::from(value.ilog2()));
            prop_assert_eq!(
                (number.floor_u64(0), number.floor_times(1, 0)),
                (value, value.into())
            );
            prop_assert_eq!(number.floor_u64(64 - number.exponent()), u64::MAX);
            prop_assert_eq!(number.floor_u64(-1 - number.exponent()), 0);
            Ok(())
        },
    );
}

#[test]
fn upper_halves_are_hardly_below_the_product() {
    for_all(
        "upper halves",
        &["rising", "falling"],
        any::<[u64; 2]>(),
        |[a, b], met| {
            let truth = ((u128::from(a) * u128::from(b)) >> 64) as u64;
            let got = mul_high(a, b);
            prop_assert!(got <= truth && truth - got < 3);
            prop_assert!(got <= mul_high(a.saturating_add(1), b));
            let signed = a as i64;
            let truth = ((i128::from(signed) * i128::from(b)) >> 64) as i64;
            let got = signed_mul_high(signed, b);
            prop_assert!(got <= truth && truth - got < 3);
            prop_assert!(got <= signed_mul_high(signed.saturating_add(1), b));
            prop_assert_eq!(mul_high(a, TOP), a >> 1);
            met(if signed < 0 { "falling" } else { "rising" });
            Ok(())
        },
    );
}

#[test]
fn products_are_low_by_little() {
    for_all(
        "products",
        &["carries", "does not"],
        (number(), number()),
        |(a, b), met| {
            let got = a.times(b);
            let exact = mantissa_of(a) * mantissa_of(b);
            let sum = a.exponent() + b.exponent();
            met(if got.exponent() > sum {
                "carries"
            } else {
                "does not"
            });
            let truth = exact >> (63 + got.exponent() - sum);
            prop_assert!(mantissa_of(got) <= truth && truth - mantissa_of(got) < 8);
            prop_assert!(mantissa_of(a) - mantissa_of(a.times(Scaled::ONE)) <= 1);
            Ok(())
        },
    );
}

#[test]
fn reciprocals_are_low_by_little() {
    for_all(
        "reciprocals",
        &["below 1.5", "above 1.5"],
        number(),
        |number, met| {
            let got = number.inverse();
            let product = number.times(got);
            met(if mantissa_of(number) >> 62 == 2 {
                "below 1.5"
            } else {
                "above 1.5"
            });
            // 1 less 2^-59 of itself, and what the product loses.
            prop_assert_eq!(product.exponent(), -1);
            prop_assert!(
                mantissa_of(product) > u128::from(u64::MAX) - 64,
                "{product:?}"
            );
            Ok(())
        },
    );
}

#[test]
fn roots_square_to_their_number() {
    for_all(
        "roots",
        &["odd exponent", "even exponent"],
        number(),
        |number, met| {
            let got = number.root();
            let odd = number.exponent() & 1 == 1;
            met(if odd { "odd exponent" } else { "even exponent" });
            prop_assert_eq!(got.exponent(), number.exponent() >> 1);
            // In Q126 and Q127 the square of the root, within 2^-60 of itself.
            let square = mantissa_of(got) * mantissa_of(got);
            let truth = mantissa_of(number) << if odd { 64 } else { 63 };
            prop_assert!(square.abs_diff(truth) <= 1 << 67, "{got:?}");
            Ok(())
        },
    );
}

#[test]
fn scaled_products_are_rounded_down_and_saturate() {
    let classes = ["nothing left", "exact", "too large for a word", "too large"];
    let cases = (mantissa(), any::<u64>(), 0u32..64, -140i64..140);
    for_all(
        "scaled products",
        &classes,
        cases,
        |(a, bits, cut, places), met| {
            let b = bits >> cut;
            let product = u128::from(a) * u128::from(b);
            let truth = if places <= -128 {
                0
            } else if places <= 0 {
                product >> -places
            } else if product == 0 {
                0
            } else if places > i64::from(product.leading_zeros()) {
                u128::MAX
            } else {
                product << places
            };
            met(match truth {
                0 => "nothing left",
                u128::MAX => "too large",
                _ if truth > u64::MAX.into() => "too large for a word",
                _ => "exact",
            });
            prop_assert_eq!(product_floor(a, b, places), truth);
            let number = Scaled::from_parts(a, places + 63);
            prop_assert_eq!(number.floor_times(b, 0), truth);
            prop_assert_eq!(
                number.floor_times_u64(b, 0),
                u64::try_from(truth).unwrap_or(u64::MAX)
            );
            Ok(())
        },
    );
}
