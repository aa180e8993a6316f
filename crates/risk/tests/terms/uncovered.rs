//! Running totals of uncovered loss: exact, refused rather than wrapped.

use crate::cases::{for_all, Class};
use backstop_risk::uncovered::{apply, change, total, Uncovered};
use backstop_risk::RiskError;
use proptest::prelude::*;

/// Accounts that change at random, each in the shard of its index.
type Writes = Vec<(usize, Uncovered)>;

fn writes() -> impl Strategy<Value = Writes> {
    let number = || prop_oneof![Just(0u64), 0u64..1_000, 0u64..1 << 50];
    let pair = (number(), number()).prop_map(|(down, up)| [down, up]);
    prop::collection::vec((0usize..6, pair), 1..40)
}

#[test]
fn shards_hold_the_sum_of_their_accounts() {
    let classes: [Class<Writes>; 4] = [
        ("an account twice", |w| w.len() > 6),
        ("the fall is greater", |w| sums(w)[0] > sums(w)[1]),
        ("the rise is greater", |w| sums(w)[1] > sums(w)[0]),
        ("few writes", |w| w.len() < 4),
    ];
    fn last(writes: &Writes) -> [Uncovered; 6] {
        let mut accounts = [[0; 2]; 6];
        for (index, numbers) in writes {
            accounts[*index] = *numbers;
        }
        accounts
    }
    fn sums(writes: &Writes) -> Uncovered {
        last(writes)
            .iter()
            .fold([0; 2], |s, a| [s[0] + a[0], s[1] + a[1]])
    }
    for_all("shards", writes(), &classes, |writes| {
        let (mut shards, mut accounts) = ([[0u64; 2]; 3], [[0u64; 2]; 6]);
        for (index, numbers) in writes {
            let step = change(accounts[*index], *numbers).expect("in range");
            accounts[*index] = *numbers;
            shards[index % 3] = apply(shards[index % 3], step).expect("never below 0");
        }
        let sums = sums(writes);
        prop_assert_eq!(total(&shards), Ok(sums[0].max(sums[1])));
        Ok(())
    });
}

#[test]
fn totals_are_refused_rather_than_wrapped() {
    assert_eq!(change([5, 9], [7, 0]), Ok([2, -9]));
    assert_eq!(change([u64::MAX, 0], [0, 0]), Err(RiskError::TooLarge));
    assert_eq!(change([0, 0], [0, u64::MAX]), Err(RiskError::TooLarge));
    assert_eq!(apply([1, 1], [-2, 0]), Err(RiskError::TooLarge));
    assert_eq!(apply([1, u64::MAX], [0, 1]), Err(RiskError::TooLarge));
    assert_eq!(apply([1, 1], [-1, 4]), Ok([0, 5]));
    assert_eq!(total(&[]), Ok(0));
    assert_eq!(total(&[[1, 2], [3, 1]]), Ok(4));
    assert_eq!(total(&[[u64::MAX, 0], [1, 0]]), Err(RiskError::TooLarge));
}
