//! Shares under attack: a first depositor's inflation, a total loss, rounding repeated, units mixed.

use crate::cases::{for_all, Class};
use backstop_quantities::{Atoms, Shares};
use backstop_risk::shares::Vault;
use backstop_risk::RiskError;
use proptest::prelude::*;

fn vault(assets: u64, shares: u64) -> Vault {
    Vault {
        assets: Atoms::new(assets),
        shares: Shares::new(shares),
    }
}

/// What a staker holds, and what he has put in less what he got back.
#[derive(Clone, Copy, Debug, Default)]
struct Account {
    shares: u64,
    paid: i128,
}

impl Account {
    fn stake(&mut self, vault: &mut Vault, amount: u64) {
        if let Ok((after, minted)) = vault.stake(Atoms::new(amount)) {
            *vault = after;
            self.shares += minted.get();
            self.paid += i128::from(amount);
        }
    }

    fn redeem(&mut self, vault: &mut Vault, shares: u64) {
        let shares = shares.min(self.shares);
        let (after, paid) = vault.redeem(Shares::new(shares)).expect("his own");
        *vault = after;
        self.shares -= shares;
        self.paid -= i128::from(paid.get());
    }
}

/// The attacker's steps before the victim: an amount to stake, or a part of his shares to redeem.
type Attack = (Vec<(bool, u64)>, u64);

/// T3. A vault records assets itself, so tokens sent to it change nothing; what is left is an attacker
/// who stakes and redeems as he likes before and after his victim.
#[test]
fn inflating_the_first_share_never_pays_and_costs_the_victim_nothing() {
    let step = (
        any::<bool>(),
        prop_oneof![Just(1u64), 1u64..100, 1u64..1 << 40],
    );
    let victim = prop_oneof![1u64..1_000, 1u64..1 << 50];
    let cases = (prop::collection::vec(step, 0..40), victim);
    let classes: [Class<Attack>; 5] = [
        ("no attack", |c| c.0.is_empty()),
        ("one atom", |c| c.0.iter().any(|s| s.0 && s.1 == 1)),
        ("redeems between", |c| c.0.iter().any(|s| !s.0)),
        ("small victim", |c| c.1 < 1_000),
        ("leaves a share and an atom or two", |c| {
            let (vault, _) = attacked(c);
            vault.shares.get() < 2_000 && !vault.assets.is_zero()
        }),
    ];
    fn attacked((steps, _): &Attack) -> (Vault, Account) {
        let (mut vault, mut attacker) = (Vault::default(), Account::default());
        for (stakes, amount) in steps {
            if *stakes {
                attacker.stake(&mut vault, *amount);
            } else {
                // Down to the last share.
                let kept = amount % 3;
                attacker.redeem(&mut vault, attacker.shares.saturating_sub(kept));
            }
        }
        (vault, attacker)
    }
    for_all("inflation", cases, &classes, |case| {
        let (mut vault, mut attacker) = attacked(case);
        let mut victim = Account::default();
        victim.stake(&mut vault, case.1);
        let staked = victim.paid;
        let mut later = vault;
        attacker.redeem(&mut later, attacker.shares);
        prop_assert!(attacker.paid >= 0, "the attacker gained {}", -attacker.paid);
        victim.redeem(&mut later, victim.shares);
        let back = staked - victim.paid;
        prop_assert!(
            back >= staked - staked / 1_000_000 - 2,
            "{back} of {staked}"
        );
        Ok(())
    });
}

/// T4. Shares whose assets are gone take nothing of new money, and an atom buys its part and no more.
#[test]
fn a_vault_after_its_loss_sells_nothing_and_one_near_it_sells_parts_of_its_worth() {
    let shares = prop_oneof![1u64..1_000, 1u64..1 << 62, Just(1_000_000_000_000_000_000)];
    let assets = prop_oneof![Just(0u64), 1u64..10, 1u64..1 << 40];
    let cases = (assets, shares, prop_oneof![Just(1u64), 1u64..1 << 40]);
    let classes: [Class<(u64, u64, u64)>; 4] = [
        ("all lost", |c| c.0 == 0),
        ("an atom left of 1e18 shares", |c| {
            c.0 > 0 && c.0 < 10 && c.1 == 1_000_000_000_000_000_000
        }),
        ("an atom staked", |c| c.2 == 1),
        ("too large to stake", |c| {
            vault(c.0, c.1).stake(Atoms::new(c.2)) == Err(RiskError::TooLarge)
        }),
    ];
    for_all("loss", cases, &classes, |(assets, shares, amount)| {
        let vault = vault(*assets, *shares);
        prop_assert_eq!(vault.needs_new_epoch(), *assets == 0);
        match vault.stake(Atoms::new(*amount)) {
            Err(RiskError::TotalLoss) => prop_assert!(*assets == 0),
            Err(error) => {
                prop_assert!(matches!(error, RiskError::TooLarge | RiskError::TooSmall));
            }
            Ok((after, minted)) => {
                prop_assert!(*assets > 0);
                // His part of the shares, the virtual ones included, is at most his part of the assets.
                let part = u128::from(minted.get()) * (u128::from(after.assets.get()) + 1);
                let whole = u128::from(*amount) * (u128::from(after.shares.get()) + 1_000);
                prop_assert!(part <= whole);
                // Those who were there keep what they had.
                let before = vault.atoms_for_shares_floor(vault.shares).expect("all");
                let kept = after.atoms_for_shares_floor(vault.shares).expect("all");
                prop_assert!(kept >= before.saturating_sub(Atoms::new(1)));
            }
        }
        Ok(())
    });
}

/// T5. Two hundred round trips in a row never return more than was put in, whatever the amounts.
#[test]
fn two_hundred_round_trips_never_gain() {
    let cases = (1u64..1 << 50, 0u64..1 << 50, 1u64..1 << 20, 0u32..4);
    let classes: [Class<(u64, u64, u64, u32)>; 3] = [
        ("an atom each", |c| c.3 == 0),
        ("share above an atom", |c| c.0 > c.1 + 1_000),
        ("share below an atom", |c| c.0 < c.1),
    ];
    for_all(
        "two hundred",
        cases,
        &classes,
        |(assets, shares, amount, kind)| {
            let (mut vault, mut account) = (vault(*assets, *shares), Account::default());
            for turn in 0..200u64 {
                let amount = if *kind == 0 { 1 } else { amount + turn * 7 };
                account.stake(&mut vault, amount);
                account.redeem(&mut vault, account.shares);
                prop_assert!(account.paid >= 0, "gained {} in turn {turn}", -account.paid);
            }
            Ok(())
        },
    );
}

/// T5. A million states, one round trip each.
#[test]
fn a_million_states_return_no_more_than_was_staked() {
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut next = |cut: u32| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed >> (8 + seed % 53).max(u64::from(cut))
    };
    let (mut bought, mut atoms, mut refused) = (0, 0, 0);
    for turn in 0..1_000_000 {
        let vault = vault(next(12), next(12));
        let amount = if turn % 4 == 0 { 1 } else { next(12).max(1) };
        let Ok((after, minted)) = vault.stake(Atoms::new(amount)) else {
            refused += 1;
            continue;
        };
        bought += 1;
        atoms += i32::from(amount == 1);
        let (rest, paid) = after.redeem(minted).expect("just bought");
        assert!(paid.get() <= amount, "{vault:?} {amount}");
        assert_eq!(rest.shares, vault.shares);
        assert!(rest.assets >= vault.assets);
    }
    println!("million: {bought} bought, {atoms} for an atom, {refused} refused");
    assert!(bought > 100_000 && atoms > 10_000 && refused > 10_000);
}

/// T6. A redemption takes shares and pays their part of the assets: not the number of shares, and not
/// converted twice.
#[test]
fn a_redemption_pays_shares_at_the_price_of_a_share() {
    let cases = (1u64..1 << 52, 1u64..1 << 52, 0u64..=1_000_000_000);
    let classes: [Class<(u64, u64, u64)>; 4] = [
        ("share worth more than two", |c| c.0 / 2 > c.1),
        ("share worth less than half", |c| c.0 < c.1 / 2),
        ("a small part", |c| c.2 < 100_000_000),
        ("nearly all", |c| c.2 > 900_000_000),
    ];
    for_all(
        "price of a share",
        cases,
        &classes,
        |(assets, shares, part)| {
            let sold = (u128::from(*shares) * u128::from(*part) / 1_000_000_000) as u64;
            let (after, paid) = vault(*assets, *shares)
                .redeem(Shares::new(sold))
                .expect("existing shares");
            let exact =
                u128::from(sold) * (u128::from(*assets) + 1) / (u128::from(*shares) + 1_000);
            prop_assert_eq!(u128::from(paid.get()), exact.min(u128::from(*assets)));
            prop_assert_eq!(after, vault(assets - paid.get(), shares - sold));
            let more = vault(*assets, *shares).redeem(Shares::new(shares + 1));
            prop_assert_eq!(more, Err(RiskError::NotEnoughShares));
            Ok(())
        },
    );
}
