//! Running totals of uncovered loss: exact, refused rather than wrapped.

use crate::cases::{for_all, Class};
use backstop_risk::uncovered::{allot, apply, change, Allotment, Uncovered};
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
        let total = shards
            .iter()
            .fold([0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
        prop_assert_eq!(total, sums);
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
}

/// Shards of the walk below, and accounts, each in the shard of its index.
const SHARDS: usize = 4;
const ACCOUNTS: usize = 8;

/// One step of a market's life.
#[derive(Clone, Debug)]
enum Step {
    /// An account asks to go to these numbers.
    Trade(usize, Uncovered),
    /// Somebody measures an account, whatever comes of it.
    Measure(usize, Uncovered),
    /// Room is shared out.
    Share,
    /// The means change to this.
    Means(u64),
}

fn steps() -> impl Strategy<Value = (u64, Vec<Step>)> {
    let number = || prop_oneof![Just(0u64), 0u64..300, 0u64..3_000];
    let pair = move || (number(), number()).prop_map(|(down, up)| [down, up]);
    let means = || prop_oneof![Just(0u64), 0u64..10_000, 0u64..100_000];
    let step = prop_oneof![
        12 => (0..ACCOUNTS, pair()).prop_map(|(who, to)| Step::Trade(who, to)),
        1 => (0..ACCOUNTS, pair()).prop_map(|(who, to)| Step::Measure(who, to)),
        4 => Just(Step::Share),
        1 => means().prop_map(Step::Means),
    ];
    (means(), prop::collection::vec(step, 1..60))
}

/// Shards, accounts and what each shard was told.
struct Walk {
    means: u64,
    own: [Uncovered; SHARDS],
    told: [Allotment; SHARDS],
    accounts: [Uncovered; ACCOUNTS],
    /// Trades that were let through although a number rose, and that were refused.
    risen: u32,
    refused: u32,
}

impl Walk {
    fn new(means: u64) -> Self {
        Self {
            means,
            own: [[0; 2]; SHARDS],
            told: [Allotment::default(); SHARDS],
            accounts: [[0; 2]; ACCOUNTS],
            risen: 0,
            refused: 0,
        }
    }

    fn sums(&self) -> Uncovered {
        self.own
            .iter()
            .fold([0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]])
    }

    fn share(&mut self) {
        let sums = self.sums();
        for (own, told) in self.own.iter().zip(&mut self.told) {
            *told = allot(*own, sums, self.means, SHARDS as u64).expect("part of the sums");
        }
    }

    /// Writes an account's numbers, a trade only if its shard allows it; whether they rose.
    fn write(&mut self, who: usize, to: Uncovered, trade: bool) -> bool {
        let (before, shard) = (self.accounts[who], who % SHARDS);
        let step = change(before, to).expect("in range");
        let own = apply(self.own[shard], step).expect("counted here");
        if trade && !self.told[shard].allows(before, to, own) {
            self.refused += 1;
            return false;
        }
        (self.own[shard], self.accounts[who]) = (own, to);
        let rose = to.iter().zip(&before).any(|(is, was)| is > was);
        self.risen += u32::from(rose && trade);
        rose
    }
}

/// Plays the steps; as long as the means never fell and nobody was measured, what is counted stays within them.
fn walk(case: &(u64, Vec<Step>)) -> (Walk, bool) {
    let mut walk = Walk::new(case.0);
    let mut sound = true;
    walk.share();
    for step in &case.1 {
        match step {
            Step::Trade(who, to) => drop(walk.write(*who, *to, true)),
            Step::Measure(who, to) => sound &= !walk.write(*who, *to, false),
            Step::Share => walk.share(),
            Step::Means(means) => {
                sound &= *means >= walk.means;
                walk.means = *means;
            }
        }
        if sound {
            let [down, up] = walk.sums();
            assert!(down.max(up) <= walk.means, "{:?}", walk.sums());
        }
    }
    (walk, sound)
}

#[test]
fn shards_that_keep_their_limits_keep_the_sum_within_the_means() {
    let classes: [Class<(u64, Vec<Step>)>; 5] = [
        ("never measured, means never fell", |case| walk(case).1),
        ("trades went through", |case| walk(case).0.risen > 0),
        ("trades were refused", |case| walk(case).0.refused > 0),
        ("no means", |case| case.0 == 0),
        ("measured or poorer", |case| !walk(case).1),
    ];
    for_all("allotment", steps(), &classes, |case| {
        let (mut walk, _) = walk(case);
        walk.share();
        let limits = walk.told.iter().map(|told| told.limit);
        let limits = limits.fold([0u64; 2], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
        let sums = walk.sums();
        for side in 0..2 {
            prop_assert!(limits[side] <= walk.means.max(sums[side]));
            // Nothing rises on a side that exceeds the means; something may wherever a shard's part is left.
            let part = walk.means.saturating_sub(sums[side]) / SHARDS as u64;
            for shard in 0..SHARDS {
                let (was, mut is) = ([0; 2], [0; 2]);
                is[side] = part.max(1);
                let mut own = walk.own[shard];
                own[side] += is[side];
                let allowed = walk.told[shard].allows(was, is, own);
                prop_assert_eq!(allowed, part > 0);
                // What a shard allows leaves the whole market within the means.
                prop_assert!(!allowed || sums[side] + is[side] <= walk.means);
                prop_assert!(walk.told[shard].allows(is, was, walk.own[shard]), "falls");
            }
        }
        let told = walk.told[0].cover(walk.own[0]);
        prop_assert_eq!(told.uncovered_atoms, sums[0].max(sums[1]));
        prop_assert_eq!(told.means_atoms, walk.means);
        Ok(())
    });
}

#[test]
fn room_by_hand() {
    let told = allot([10, 0], [100, 40], 1_000, 16).expect("part of the sums");
    assert_eq!((told.others, told.limit), ([90, 40], [66, 60]));
    assert!(told.allows([0, 0], [56, 0], [66, 0]));
    assert!(!told.allows([0, 0], [57, 0], [67, 0]));
    assert!(told.allows([60, 0], [57, 0], [67, 0]), "it falls");
    let used = allot([10, 0], [1_001, 40], 1_000, 16).expect("part of the sums");
    assert_eq!(used.limit, [0, 60], "one side is used up");
    assert_eq!(allot([2, 0], [1, 0], 9, 16), Err(RiskError::TooLarge));
    assert_eq!(allot([0, 0], [0, 0], 9, 0), Err(RiskError::TooLarge));
    assert_eq!(allot([0, 0], [0, 0], 0, 16), Ok(Allotment::default()));
}
