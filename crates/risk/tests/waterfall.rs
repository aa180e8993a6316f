//! Sums of the waterfall are exact; shares never gain on a round trip; lots add up.

use backstop_quantities::{Atoms, Ppb, Price, Shares};
use backstop_risk::recapitalisation::{lot_count, lot_size, tokens_for_lot, LotOffer, RecapParams};
use backstop_risk::shares::Vault;
use backstop_risk::waterfall::{cover, haircut, net_settlement, redeem};
use backstop_risk::RiskError;
use proptest::prelude::*;

fn atoms() -> impl Strategy<Value = Atoms> {
    (0u32..40, 0u64..1 << 56).prop_map(|(shift, raw)| Atoms::new(raw >> shift))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cover_adds_up_and_keeps_the_order(debt in atoms(), fund in atoms(), reserve in atoms()) {
        let got = cover(debt, fund, reserve);
        let sum = got.from_fund.get() + got.from_reserve.get() + got.shortfall.get();
        prop_assert_eq!(sum, debt.get());
        prop_assert!(got.from_fund <= fund && got.from_reserve <= reserve);
        prop_assert!(got.from_reserve.is_zero() || got.from_fund == fund);
        prop_assert!(got.shortfall.is_zero() || got.from_reserve == reserve);
    }

    #[test]
    fn all_payouts_together_stay_within_the_escrow(
        payoffs in prop::collection::vec(0u64..1 << 50, 1..20), part in 0u64..=1_200_000_000,
    ) {
        let owed: u64 = payoffs.iter().sum();
        let escrow = (u128::from(owed) * u128::from(part) / 1_000_000_000) as u64;
        let cut = haircut(Atoms::new(owed), Atoms::new(escrow));
        prop_assert_eq!(cut.is_zero(), escrow >= owed);
        let mut paid = 0;
        for payoff in &payoffs {
            let got = redeem(Atoms::new(*payoff), cut);
            prop_assert_eq!(got.paid.get() + got.claim.get(), *payoff);
            paid += got.paid.get();
        }
        prop_assert!(paid <= escrow);
        // The residue is a rounding: one part per billion of what is owed, and one atom each.
        let residue = escrow.min(owed) - paid;
        prop_assert!(residue <= owed / 1_000_000_000 + 1 + payoffs.len() as u64);
    }

    #[test]
    fn haircut_falls_as_the_escrow_grows(owed in atoms(), escrow in atoms(), more in atoms()) {
        let bigger = escrow.saturating_add(more);
        prop_assert!(haircut(owed, bigger) <= haircut(owed, escrow));
        prop_assert!(haircut(owed, escrow) <= Ppb::ONE);
    }

    #[test]
    fn netting_loses_nothing(long in atoms(), short in atoms(), cut in 0u64..=1_000_000_000) {
        let got = net_settlement(long, short, Ppb::new(cut));
        prop_assert_eq!(got.netted.get() + got.pays.get(), short.get());
        prop_assert_eq!(got.netted.get() + got.receives.get() + got.claim.get(), long.get());
        prop_assert!(got.pays.is_zero() || got.receives.is_zero());
        if cut == 0 {
            prop_assert_eq!(got.netted, long.min(short));
        }
    }

    #[test]
    fn a_stake_and_its_redemption_never_gain(
        assets in 1u64..1 << 50, shares in 0u64..1 << 50, amount in 1u64..1 << 50,
    ) {
        let before = Vault { assets: Atoms::new(assets), shares: Shares::new(shares) };
        if let Ok((during, minted)) = before.stake(Atoms::new(amount)) {
            let (after, paid) = during.redeem(minted).expect("just minted");
            prop_assert!(paid.get() <= amount);
            prop_assert_eq!(after.shares, before.shares);
            prop_assert_eq!(after.assets.get(), assets + amount - paid.get());
        }
    }

    #[test]
    fn a_stranger_never_moves_the_share_price_down(
        assets in 1u64..1 << 50, shares in 1u64..1 << 50, amount in 1u64..1 << 50, part in 1u64..100,
    ) {
        let before = Vault { assets: Atoms::new(assets), shares: Shares::new(shares) };
        let worth = |vault: &Vault| vault.atoms_for_shares_floor(Shares::new(shares * part / 100));
        let held = worth(&before).expect("exists");
        if let Ok((during, minted)) = before.stake(Atoms::new(amount)) {
            prop_assert!(worth(&during).expect("exists") >= held);
            let half = Shares::new(minted.get().div_ceil(2));
            let (after, _) = during.redeem(half).expect("minted");
            prop_assert!(worth(&after).expect("exists") >= held);
        }
    }

    #[test]
    fn lots_add_up_to_the_shortfall(shortfall in 0u64..10_000_000_000_000) {
        let params = RecapParams::default();
        let count = lot_count(Atoms::new(shortfall), &params);
        let sum: u64 = (0..count)
            .map(|index| lot_size(Atoms::new(shortfall), index, &params).expect("a lot").get())
            .sum();
        prop_assert_eq!(sum, shortfall);
        prop_assert_eq!(lot_size(Atoms::new(shortfall), count, &params), None);
    }

    #[test]
    fn tokens_grow_to_the_cap_and_stay(shortfall in 25_000u64..100_000_000, minutes in 0i64..2_000) {
        let params = RecapParams::default();
        let offer = |elapsed_seconds| LotOffer {
            lot: Atoms::new(25_000_000_000),
            shortfall: Atoms::new(shortfall * 1_000_000),
            reference_price: Price::new(1_000_000_000),
            elapsed_seconds,
            supply: Shares::new(100_000_000_000_000),
            issued_90d: Shares::ZERO,
        };
        let now = tokens_for_lot(&offer(minutes * 60), &params).expect("on offer");
        let next = tokens_for_lot(&offer(minutes * 60 + 60), &params).expect("on offer");
        prop_assert!(now <= next);
        let end = 5_000_000_000_000u128 * 25_000 / u128::from(shortfall);
        prop_assert!(u128::from(next.get()) <= end);
    }
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
