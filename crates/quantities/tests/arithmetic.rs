//! Rounded products and units, against 128-bit arithmetic.

use backstop_quantities::convert::i64_from_shifted;
use backstop_quantities::{
    fraction_q30_floor, mul_div_ceil, mul_div_floor, signed_mul_div_ceil, signed_mul_div_floor,
    Atoms, Contracts, Ppb, Price, Reciprocal, UnixSeconds,
};
use proptest::prelude::*;

fn any_size() -> impl Strategy<Value = u64> {
    (0u32..64, any::<u64>()).prop_map(|(shift, raw)| raw >> shift)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn mul_div_is_exact_division(a in any_size(), b in any_size(), d in any_size()) {
        let floor = mul_div_floor(a, b, d);
        let ceil = mul_div_ceil(a, b, d);
        if d == 0 {
            prop_assert_eq!((floor, ceil), (None, None));
        } else {
            let product = u128::from(a) * u128::from(b);
            prop_assert_eq!(floor, u64::try_from(product / u128::from(d)).ok());
            prop_assert_eq!(ceil, u64::try_from(product.div_ceil(u128::from(d))).ok());
        }
    }

    #[test]
    fn fraction_is_exact_division(a in any_size(), b in any_size()) {
        for (n, d) in [(a, b), (a.min(b), a.max(b)), (b, b)] {
            let exact = (u128::from(n) << 30).checked_div(u128::from(d));
            prop_assert_eq!(fraction_q30_floor(n, d), exact.and_then(|q| u64::try_from(q).ok()));
        }
    }

    #[test]
    fn shifted_wide_numbers_are_rounded_down(value in any::<i64>(), low in any::<u64>(), shift in 1u32..64) {
        let wide = (i128::from(value) << shift) | (i128::from(low) & ((1 << shift) - 1));
        prop_assert_eq!(i64_from_shifted(wide, shift), value);
    }

    #[test]
    fn signed_mul_div_rounds_down_and_up(a in any::<i64>(), b in any_size(), d in 1u64..) {
        let product = i128::from(a) * i128::from(b);
        let floor = product.div_euclid(i128::from(d));
        let ceil = floor + i128::from(product.rem_euclid(i128::from(d)) != 0);
        // i64::MIN itself is refused, like everything beyond i64.
        let fits = |v: i128| i64::try_from(v).ok().filter(|v| *v != i64::MIN);
        prop_assert_eq!(signed_mul_div_floor(a, b, d), fits(floor));
        prop_assert_eq!(signed_mul_div_ceil(a, b, d), fits(ceil));
    }

    #[test]
    fn reciprocal_is_just_below_the_ratio(n in any_size(), d in 1u64..) {
        let truth = (u128::from(n) << 30) / u128::from(d);
        let got = u128::from(Reciprocal::new(d).expect("positive").ratio_q30(n));
        let truth = truth.min(u128::from(u64::MAX));
        prop_assert!(got <= truth);
        prop_assert!(truth - got <= 1 + (truth >> 60), "{} for {}", got, truth);
    }

    #[test]
    fn contract_value_brackets_the_product(raw in any::<i32>(), price in 0u64..1_000_000_000_000_000) {
        let contracts = Contracts::new(i64::from(raw));
        let exact = u128::from(raw.unsigned_abs()) * u128::from(price);
        let floor = contracts.value_floor(Price::new(price)).expect("fits").get();
        let ceil = contracts.value_ceil(Price::new(price)).expect("fits").get();
        prop_assert_eq!(u128::from(floor), exact / 1_000_000_000);
        prop_assert_eq!(u128::from(ceil), exact.div_ceil(1_000_000_000));
    }

    #[test]
    fn fractions_split_without_loss(raw in any::<u64>(), part in 0u64..=1_000_000_000) {
        let part = Ppb::new(part);
        let low = Atoms::new(raw).fraction_floor(part).expect("fits");
        let high = Atoms::new(raw).fraction_ceil(part.complement()).expect("fits");
        prop_assert_eq!(low.checked_add(high), Some(Atoms::new(raw)));
    }
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
