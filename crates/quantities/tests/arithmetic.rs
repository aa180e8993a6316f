//! Rounded products and units, against 128-bit arithmetic.

#[path = "common/cases.rs"]
mod cases;

use backstop_quantities::convert::i64_from_shifted;
use backstop_quantities::{
    fraction_q30_floor, mul_div_ceil, mul_div_floor, signed_mul_div_ceil, signed_mul_div_floor,
    Atoms, Contracts, Ppb, Price, Reciprocal, UnixSeconds,
};
use cases::for_all;
use proptest::prelude::*;

fn any_size() -> impl Strategy<Value = u64> {
    (0u32..64, any::<u64>()).prop_map(|(shift, raw)| raw >> shift)
}

#[test]
fn mul_div_is_exact_division() {
    let classes = ["no divisor", "exact", "rounded", "too large"];
    let divisor = prop_oneof![1 => Just(0u64), 8 => any_size()];
    for_all(
        "mul_div",
        &classes,
        (any_size(), any_size(), divisor),
        |(a, b, d), met| {
            let (floor, ceil) = (mul_div_floor(a, b, d), mul_div_ceil(a, b, d));
            if d == 0 {
                met("no divisor");
                prop_assert_eq!((floor, ceil), (None, None));
                return Ok(());
            }
            let product = u128::from(a) * u128::from(b);
            prop_assert_eq!(floor, u64::try_from(product / u128::from(d)).ok());
            prop_assert_eq!(ceil, u64::try_from(product.div_ceil(u128::from(d))).ok());
            met(match (floor, ceil) {
                (None, _) | (_, None) => "too large",
                (floor, ceil) if floor == ceil => "exact",
                _ => "rounded",
            });
            Ok(())
        },
    );
}

#[test]
fn fraction_is_exact_division() {
    let classes = ["below one", "above one", "no divisor"];
    let cases = (any_size(), prop_oneof![1 => Just(0u64), 20 => any_size()]);
    for_all("fraction", &classes, cases, |(a, b), met| {
        met(match (a, b) {
            (_, 0) => "no divisor",
            (a, b) if a < b => "below one",
            _ => "above one",
        });
        for (n, d) in [(a, b), (a.min(b), a.max(b)), (b, b)] {
            let exact = (u128::from(n) << 30).checked_div(u128::from(d));
            let exact = exact.and_then(|q| u64::try_from(q).ok());
            prop_assert_eq!(fraction_q30_floor(n, d), exact);
        }
        Ok(())
    });
}

#[test]
fn shifted_wide_numbers_are_rounded_down() {
    let cases = (any::<i64>(), any::<u64>(), 1u32..64);
    for_all(
        "shifted",
        &["negative", "positive"],
        cases,
        |(value, low, shift), met| {
            met(if value < 0 { "negative" } else { "positive" });
            let wide = (i128::from(value) << shift) | (i128::from(low) & ((1 << shift) - 1));
            prop_assert_eq!(i64_from_shifted(wide, shift), value);
            Ok(())
        },
    );
}

#[test]
fn signed_mul_div_rounds_down_and_up() {
    let classes = ["negative", "positive", "exact", "too large"];
    let signed = (any::<i64>(), 0u32..64).prop_map(|(a, cut)| a >> cut);
    let cases = (signed, any_size(), any_size().prop_map(|d| d.max(1)));
    for_all("signed", &classes, cases, |(a, b, d), met| {
        let product = i128::from(a) * i128::from(b);
        let floor = product.div_euclid(i128::from(d));
        let ceil = floor + i128::from(product.rem_euclid(i128::from(d)) != 0);
        // i64::MIN itself is refused, like everything beyond i64.
        let fits = |v: i128| i64::try_from(v).ok().filter(|v| *v != i64::MIN);
        prop_assert_eq!(signed_mul_div_floor(a, b, d), fits(floor));
        prop_assert_eq!(signed_mul_div_ceil(a, b, d), fits(ceil));
        met(match fits(floor) {
            None => "too large",
            _ if floor == ceil => "exact",
            _ if product < 0 => "negative",
            _ => "positive",
        });
        Ok(())
    });
}

#[test]
fn reciprocal_is_just_below_the_ratio() {
    let classes = ["below one", "above one", "beyond a word"];
    let cases = (any_size(), any_size().prop_map(|d| d.max(1)));
    for_all("reciprocal", &classes, cases, |(n, d), met| {
        let exact = (u128::from(n) << 30) / u128::from(d);
        let got = u128::from(Reciprocal::new(d).expect("positive").ratio_q30(n));
        let truth = exact.min(u128::from(u64::MAX));
        met(match exact {
            exact if exact > truth => "beyond a word",
            exact if exact >= 1 << 30 => "above one",
            _ => "below one",
        });
        prop_assert!(got <= truth);
        prop_assert!(truth - got <= 1 + (truth >> 60), "{} for {}", got, truth);
        Ok(())
    });
}

#[test]
fn contract_value_brackets_the_product() {
    let raw = (any::<i32>(), 0u32..32).prop_map(|(raw, cut)| raw >> cut);
    let price = (0u64..1_000_000_000_000_000, 0u32..50).prop_map(|(price, cut)| price >> cut);
    let classes = ["nothing", "below an atom", "long", "short"];
    for_all("value", &classes, (raw, price), |(raw, price), met| {
        let contracts = Contracts::new(i64::from(raw));
        let exact = u128::from(raw.unsigned_abs()) * u128::from(price);
        let floor = contracts
            .value_floor(Price::new(price))
            .expect("fits")
            .get();
        let ceil = contracts.value_ceil(Price::new(price)).expect("fits").get();
        prop_assert_eq!(u128::from(floor), exact / 1_000_000_000);
        prop_assert_eq!(u128::from(ceil), exact.div_ceil(1_000_000_000));
        met(match (exact, floor) {
            (0, _) => "nothing",
            (_, 0) => "below an atom",
            _ if raw < 0 => "short",
            _ => "long",
        });
        Ok(())
    });
}

#[test]
fn fractions_split_without_loss() {
    let part = prop_oneof![1 => Just(0u64), 1 => Just(1_000_000_000), 8 => 0u64..=1_000_000_000];
    let classes = ["nothing", "all", "a part", "rounded"];
    for_all(
        "fractions",
        &classes,
        (any_size(), part),
        |(raw, part), met| {
            met(match part {
                0 => "nothing",
                1_000_000_000 => "all",
                part if u128::from(raw) * u128::from(part) % 1_000_000_000 != 0 => "rounded",
                _ => "a part",
            });
            let part = Ppb::new(part);
            let low = Atoms::new(raw).fraction_floor(part).expect("fits");
            let high = Atoms::new(raw)
                .fraction_ceil(part.complement())
                .expect("fits");
            prop_assert_eq!(low.checked_add(high), Some(Atoms::new(raw)));
            Ok(())
        },
    );
}

#[test]
fn one_contract_at_one_quote_is_a_million_atoms() {
    let one = Contracts::new(1_000_000);
    assert_eq!(
        one.value_floor(Price::new(1_000_000_000)),
        Some(Atoms::new(1_000_000))
    );
    assert_eq!(
        Contracts::new(-1).value_ceil(Price::new(1)),
        Some(Atoms::new(1))
    );
    assert_eq!(Contracts::MAX.value_floor(Price::MAX), None);
}

#[test]
fn time_is_held_at_the_ends() {
    assert_eq!(
        UnixSeconds::new(i64::MIN).since(UnixSeconds::new(1)),
        i64::MIN
    );
    assert_eq!(UnixSeconds::new(i64::MAX).plus(1), UnixSeconds::MAX);
}
