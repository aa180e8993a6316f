//! Haircuts, lots and what a stranger's stake does to a share; sums and round trips are in `laws/vaults.rs`.

#[path = "laws/cases.rs"]
mod cases;

use backstop_quantities::{Atoms, Ppb, Price, Shares};
use backstop_risk::recapitalisation::{lot_count, lot_size, tokens_for_lot, LotOffer, RecapParams};
use backstop_risk::shares::Vault;
use backstop_risk::waterfall::haircut;
use backstop_risk::RiskError;
use cases::{for_all, Class};
use proptest::prelude::*;

fn atoms() -> impl Strategy<Value = Atoms> {
    (0u32..40, 0u64..1 << 56).prop_map(|(shift, raw)| Atoms::new(raw >> shift))
}

#[test]
fn haircut_falls_as_the_escrow_grows() {
    let classes: [Class<(Atoms, Atoms, Atoms)>; 4] = [
        ("no haircut", |c| c.1 >= c.0),
        ("haircut", |c| c.1 < c.0),
        ("more ends it", |c| {
            c.1 < c.0 && c.1.saturating_add(c.2) >= c.0
        }),
        ("more is not enough", |c| {
            !c.2.is_zero() && c.1.saturating_add(c.2) < c.0
        }),
    ];
    let cases = (atoms(), atoms(), atoms());
    for_all("haircut", cases, &classes, |(owed, escrow, more)| {
        let bigger = escrow.saturating_add(*more);
        prop_assert!(haircut(*owed, bigger) <= haircut(*owed, *escrow));
        prop_assert!(haircut(*owed, *escrow) <= Ppb::ONE);
        Ok(())
    });
}

#[test]
fn a_stranger_never_moves_the_share_price_down() {
    type Case = (Vault, u64, u64);
    let classes: [Class<Case>; 4] = [
        ("buys a share", |c| c.0.stake(Atoms::new(c.1)).is_ok()),
        ("buys none", |c| c.0.stake(Atoms::new(c.1)).is_err()),
        ("share above an atom", |c| {
            c.0.assets.get() > c.0.shares.get()
        }),
        ("share below an atom", |c| {
            c.0.assets.get() < c.0.shares.get()
        }),
    ];
    let vault = (atoms(), atoms()).prop_map(|(assets, shares)| Vault {
        assets: Atoms::new(assets.get() + 1),
        shares: Shares::new(shares.get() + 1),
    });
    let cases = (vault, 1u64..1 << 50, 1u64..100);
    for_all("stranger", cases, &classes, |(before, amount, part)| {
        let held = Shares::new(before.shares.get() / 100 * part);
        let worth = |vault: &Vault| vault.atoms_for_shares_floor(held).expect("exists");
        let was = worth(before);
        if let Ok((during, minted)) = before.stake(Atoms::new(*amount)) {
            prop_assert!(worth(&during) >= was);
            let half = Shares::new(minted.get().div_ceil(2));
            let (after, _) = during.redeem(half).expect("minted");
            prop_assert!(worth(&after) >= was);
        }
        Ok(())
    });
}

#[test]
fn lots_add_up_to_the_shortfall() {
    fn lots(shortfall: &u64) -> u64 {
        lot_count(Atoms::new(*shortfall), &RecapParams::default())
    }
    let classes: [Class<u64>; 4] = [
        ("none", |c| lots(c) == 0),
        ("one", |c| lots(c) == 1),
        ("several", |c| (2..10).contains(&lots(c))),
        ("many", |c| lots(c) >= 10),
    ];
    let cases = prop_oneof![
        1 => Just(0u64),
        4 => 1u64..100_000_000_000,
        4 => 0u64..10_000_000_000_000,
    ];
    for_all("lots", cases, &classes, |shortfall| {
        let params = RecapParams::default();
        let shortfall = Atoms::new(*shortfall);
        let count = lot_count(shortfall, &params);
        let size = |index| lot_size(shortfall, index, &params);
        let sum: u64 = (0..count)
            .map(|index| size(index).expect("a lot").get())
            .sum();
        prop_assert_eq!(sum, shortfall.get());
        prop_assert_eq!(size(count), None);
        Ok(())
    });
}

#[test]
fn tokens_grow_to_the_cap_and_stay() {
    fn tokens((shortfall, seconds): &(u64, i64)) -> u64 {
        let offer = LotOffer {
            lot: Atoms::new(25_000_000_000),
            shortfall: Atoms::new(shortfall * 1_000_000),
            reference_price: Price::new(1_000_000_000),
            elapsed_seconds: *seconds,
            supply: Shares::new(100_000_000_000_000),
            issued_90d: Shares::ZERO,
        };
        let tokens = tokens_for_lot(&offer, &RecapParams::default());
        tokens.expect("on offer").get()
    }
    fn cap((shortfall, _): &(u64, i64)) -> u128 {
        5_000_000_000_000u128 * 25_000 / u128::from(*shortfall)
    }
    let classes: [Class<(u64, i64)>; 3] = [
        ("at the start", |c| c.1 < 60),
        ("grows", |c| tokens(c) < tokens(&(c.0, c.1 + 60))),
        ("at the cap", |c| {
            tokens(c) > 0 && u128::from(tokens(c)) + 1 >= cap(c)
        }),
    ];
    let minutes = prop_oneof![Just(0i64), 0i64..200, 0i64..2_000];
    let cases = (25_000u64..100_000_000, minutes.prop_map(|m| m * 60));
    for_all("tokens", cases, &classes, |case| {
        let next = tokens(&(case.0, case.1 + 60));
        prop_assert!(tokens(case) <= next);
        prop_assert!(u128::from(next) <= cap(case));
        Ok(())
    });
}

#[test]
fn a_dead_vault_takes_no_stake() {
    let dead = Vault {
        assets: Atoms::ZERO,
        shares: Shares::new(5),
    };
    assert!(dead.needs_new_epoch());
    assert_eq!(dead.stake(Atoms::new(100)), Err(RiskError::TotalLoss));
    let fresh = Vault::default();
    assert!(!fresh.needs_new_epoch());
    let (after, minted) = fresh.stake(Atoms::new(100)).expect("first stake");
    assert_eq!((after.assets.get(), minted.get()), (100, 100_000));
    assert_eq!(
        after.redeem(Shares::new(100_001)),
        Err(RiskError::NotEnoughShares)
    );
    let rich = Vault {
        assets: Atoms::new(1_000_000_000_000),
        shares: Shares::new(1),
    };
    assert_eq!(rich.stake(Atoms::new(1)), Err(RiskError::TooSmall));
}

#[test]
fn lot_prices_by_hand() {
    let params = RecapParams::default();
    let offer = LotOffer {
        lot: Atoms::new(25_000_000_000),
        shortfall: Atoms::new(100_000_000_000),
        reference_price: Price::new(2_000_000_000),
        elapsed_seconds: 0,
        supply: Shares::new(10_000_000_000_000),
        issued_90d: Shares::ZERO,
    };
    let at = |elapsed_seconds| {
        tokens_for_lot(
            &LotOffer {
                elapsed_seconds,
                ..offer
            },
            &params,
        )
        .map(Shares::get)
    };
    // 25 000 quote at twice 2 quote is 6 250 tokens, after 70 minutes 12 542, at most 125 000.
    assert_eq!(at(0), Ok(6_250_000_000));
    assert_eq!(at(59), Ok(6_250_000_000));
    // 6 312.5 less the rounding down of 1.01 in Q32.
    assert_eq!(at(60), Ok(6_312_499_998));
    assert_eq!(at(4_200).map(|tokens| tokens / 1_000_000), Ok(12_542));
    assert_eq!(at(i64::MAX), Ok(125_000_000_000));
    let used = LotOffer {
        issued_90d: Shares::new(999_000_000_000),
        ..offer
    };
    assert_eq!(
        tokens_for_lot(&used, &params),
        Err(RiskError::IssueCapReached)
    );
    let free = LotOffer {
        reference_price: Price::ZERO,
        ..offer
    };
    assert_eq!(tokens_for_lot(&free, &params), Err(RiskError::ZeroPrice));
    let empty = LotOffer {
        lot: Atoms::ZERO,
        ..offer
    };
    assert_eq!(tokens_for_lot(&empty, &params), Err(RiskError::TooSmall));
}
