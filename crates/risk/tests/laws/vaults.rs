//! Layers of the waterfall and shares of vaults.

use crate::cases::{for_all, Class};
use backstop_quantities::{Atoms, Ppb, Shares};
use backstop_risk::shares::Vault;
use backstop_risk::waterfall::{cover, haircut, net_settlement, redeem};
use proptest::prelude::*;

const MOST: u64 = 1 << 56;

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0u64), 1u64..100, 1u64..1_000_000_000_000, 1u64..MOST]
}

#[test]
fn layers_pay_in_order_and_sum_to_the_loss() {
    let classes: [Class<(u64, u64, u64)>; 5] = [
        ("no debt", |c| c.0 == 0),
        ("fund alone", |c| c.0 > 0 && c.0 <= c.1),
        ("fund and reserve", |c| c.0 > c.1 && c.0 <= c.1 + c.2),
        ("shortfall", |c| c.0 > c.1 + c.2),
        ("shortfall after both", |c| {
            c.1 > 0 && c.2 > 0 && c.0 > c.1 + c.2
        }),
    ];
    let cases = (amount(), amount(), amount());
    for_all("layers", cases, &classes, |(debt, fund, reserve)| {
        let got = cover(Atoms::new(*debt), Atoms::new(*fund), Atoms::new(*reserve));
        let (a, b, c) = (
            got.from_fund.get(),
            got.from_reserve.get(),
            got.shortfall.get(),
        );
        prop_assert_eq!(a + b + c, *debt);
        prop_assert!(a <= *fund && b <= *reserve);
        prop_assert!(
            b == 0 || a == *fund,
            "the reserve paid before the fund was empty"
        );
        prop_assert!(
            c == 0 || b == *reserve,
            "a shortfall before the reserve was empty"
        );
        Ok(())
    });
}

#[test]
fn all_holders_together_are_paid_no_more_than_the_escrow() {
    let cases = (
        prop::collection::vec(1u64..1 << 48, 1..20),
        0u64..=1_100_000_000,
    );
    let classes: [Class<(Vec<u64>, u64)>; 3] = [
        ("covered", |c| c.1 >= 1_000_000_000),
        ("haircut above a half", |c| c.1 < 500_000_000),
        ("many holders", |c| c.0.len() > 10),
    ];
    for_all("holders", cases, &classes, |(payoffs, part_ppb)| {
        let owed: u64 = payoffs.iter().sum();
        let escrow = (u128::from(owed) * u128::from(*part_ppb) / 1_000_000_000) as u64;
        let cut = haircut(Atoms::new(owed), Atoms::new(escrow));
        prop_assert_eq!(cut.is_zero(), escrow >= owed);
        let mut paid = 0u64;
        for payoff in payoffs {
            let got = redeem(Atoms::new(*payoff), cut);
            prop_assert_eq!(got.paid.get() + got.claim.get(), *payoff);
            paid += got.paid.get();
        }
        prop_assert!(paid <= escrow);
        // Dust only: a ppb of what is owed for the haircut, an atom for each holder.
        let dust = owed / 1_000_000_000 + 1 + payoffs.len() as u64;
        prop_assert!(escrow.min(owed) - paid <= dust);
        Ok(())
    });
}

#[test]
fn settlement_of_an_account_sums_to_the_atom() {
    let classes: [Class<(u64, u64, u64)>; 4] = [
        ("pays", |c| c.1 > c.0),
        ("receives", |c| c.0 > c.1 && c.2 < 1_000_000_000),
        ("no haircut", |c| c.2 == 0),
        ("haircut", |c| c.2 > 0 && c.0 > 0),
    ];
    let cut = prop_oneof![Just(0u64), 0u64..=1_000_000_000];
    for_all(
        "netting",
        (amount(), amount(), cut),
        &classes,
        |(long, short, cut)| {
            let got = net_settlement(Atoms::new(*long), Atoms::new(*short), Ppb::new(*cut));
            prop_assert_eq!(got.netted.get() + got.pays.get(), *short);
            let longs = got.netted.get() + got.receives.get() + got.claim.get();
            prop_assert_eq!(longs, *long);
            prop_assert!(got.pays.is_zero() || got.receives.is_zero());
            prop_assert!(*cut > 0 || got.netted.get() == *long.min(short));
            Ok(())
        },
    );
}

fn vault() -> impl Strategy<Value = Vault> {
    let lived = (1u64..1 << 55, 1u64..1 << 55);
    let fresh = (0u64..1_000).prop_map(|assets| (assets, 0));
    let small = (1u64..10_000, 1u64..10_000_000);
    prop_oneof![fresh, small, lived].prop_map(|(assets, shares)| Vault {
        assets: Atoms::new(assets),
        shares: Shares::new(shares),
    })
}

#[test]
fn a_round_trip_never_gains() {
    let classes: [Class<(Vault, u64, u64)>; 4] = [
        ("no stake yet", |c| c.0.shares.is_zero()),
        ("small vault", |c| {
            !c.0.shares.is_zero() && c.0.assets.get() < 10_000
        }),
        ("large vault", |c| c.0.assets.get() > 1 << 40),
        ("stake buys a share", |c| c.0.stake(Atoms::new(c.1)).is_ok()),
    ];
    let cases = (vault(), 1u64..1 << 54, 0u64..=1_000_000_000);
    for_all(
        "round trip",
        cases,
        &classes,
        |(vault, amount, part_ppb)| {
            let Ok((staked, shares)) = vault.stake(Atoms::new(*amount)) else {
                return Ok(());
            };
            let (_, back) = staked.redeem(shares).expect("its own shares");
            prop_assert!(back.get() <= *amount);
            let (after, _) = staked.redeem(shares).expect("its own shares");
            prop_assert_eq!(after.shares, vault.shares);
            let left = vault.assets.get() + amount - back.get();
            prop_assert_eq!(after.assets.get(), left);
            // In two parts as well.
            let part = u128::from(shares.get()) * u128::from(*part_ppb) / 1_000_000_000;
            let first = Shares::new(part as u64);
            let (rest, one) = staked.redeem(first).expect("a part");
            let (_, two) = rest.redeem(shares.saturating_sub(first)).expect("the rest");
            prop_assert!(one.get() + two.get() <= *amount);
            Ok(())
        },
    );
}

/// The donor stakes, adds to the *recorded* assets (a token transfer would not even do that), lets a
/// victim stake, and redeems. The donation itself only costs; what the victim's stake is cut to whole
/// shares may reach him, and is less than one share was worth, (assets + 1)/(shares + 1000), so
/// nothing while a share is worth an atom or less.
#[test]
fn a_donation_never_profits_its_donor_beyond_a_share() {
    let classes: [Class<Donation>; 6] = [
        ("first stake", |c| c.0.shares.is_zero()),
        ("donation above the stake", |c| c.2 > c.1),
        ("victim buys a share", |c| {
            victim(c).is_some_and(|v| v.1 > 0)
        }),
        ("victim is refused", |c| victim(c).is_none()),
        ("share above an atom", |c| share_price_ceil(&c.0) > 1),
        ("share of an atom or less", |c| share_price_ceil(&c.0) == 1),
    ];
    let size = || prop_oneof![1u64..100, 1u64..1 << 53];
    let cases = (vault(), size(), size(), size());
    for_all("donation", cases, &classes, |case| {
        let (vault, stake, donation, _) = case;
        let Ok((_, own)) = vault.stake(Atoms::new(*stake)) else {
            return Ok(());
        };
        if let Some((after, _)) = victim(case) {
            let (_, back) = after.redeem(own).expect("his shares");
            let most = stake + donation + share_price_ceil(vault) - 1;
            prop_assert!(back.get() <= most, "{} for {most}", back.get());
        }
        Ok(())
    });
}

/// The vault, the donor's stake and gift, the victim's stake.
type Donation = (Vault, u64, u64, u64);

fn victim((vault, stake, donation, other): &Donation) -> Option<(Vault, u64)> {
    let (mut vault, _) = vault.stake(Atoms::new(*stake)).ok()?;
    vault.assets = vault.assets.checked_add(Atoms::new(*donation))?;
    let (vault, shares) = vault.stake(Atoms::new(*other)).ok()?;
    Some((vault, shares.get()))
}

fn share_price_ceil(vault: &Vault) -> u64 {
    (vault.assets.get() + 1).div_ceil(vault.shares.get() + 1_000)
}
