//! I7 and I8 on the portfolios that come about: the requirement behaves.
//!
//! For every open account an instruction changed: requirements are never negative, health(IM) never above
//! health(MM), and a thousand quote more raise both healths by a thousand quote. A tenth more of a collateral, a long
//! twice (at a surface that was always in force), or half of a short given back lower no health; twice the account needs at least twice as much. The laws
//! themselves, over random portfolios and with the classes where they fail, are `docs/margin-laws.md`; this is the chain's
//! state put through the same kernel. Why: a requirement that falls when it should not is margin that can be evaded.
//! Tolerance: the rounding of an assessment, for a long also the error its own price is charged with, 2e-7 of its
//! notional, scaled as initial margin is; none for quote.

use backstop_client::quotes::MarketView;
use backstop_interface::accounts::{AccountState, MarginAccount};
use backstop_interface::snapshot::Purpose;
use backstop_risk::margin::Assessment;

use super::act::{assess, Act};
use super::{ensure, Violation};

/// A thousand quote.
const MORE_ATOMS: u64 = 1_000_000_000;
/// Rounding of an assessment, in quote atoms.
const ROUNDING_ATOMS: i64 = 4_000;
/// The change that is judged at a steady surface.
const A_LONG_TWICE: &str = "a long twice";
/// Error a long's own price is charged with: one in so many of its notional.
const LONG_ERROR_PARTS: u128 = 5_000_000;
/// What forecast and cover make of initial margin at most, with what scaling adds.
const GREATEST_SCALE: u128 = 4;

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    let Some(view) = act.view() else {
        return Ok(());
    };
    for (_, _, account) in act.changed() {
        if account.state() == AccountState::Open {
            of_account(&view, account, act)?;
        }
    }
    Ok(())
}

fn of_account(view: &MarketView, account: &MarginAccount, act: &Act) -> Result<(), Violation> {
    let whole = assess(view, Purpose::Liquidation, account, act)?;
    let who = account.owner;
    judge(&whole, &who.to_string())?;
    let richer = MarginAccount {
        quote_atoms: account.quote_atoms.saturating_add(MORE_ATOMS),
        ..*account
    };
    let richer = assess(view, Purpose::Liquidation, &richer, act)?;
    more(&whole, &richer, &who.to_string())?;
    // A long is charged for what its volatility may be off by, as a short is.
    let steady = steady(view, act.now);
    let at_steady = assess(&steady, Purpose::Liquidation, account, act)?;
    for (change, changed, allowed) in changes(account, act.price.price) {
        let (seen, had) = match change {
            A_LONG_TWICE => (&steady, &at_steady),
            _ => (view, &whole),
        };
        let other = assess(seen, Purpose::Liquidation, &changed, act)?;
        not_lower(had, &other, allowed, &format!("{who} with {change}"))?;
    }
    let twice = assess(view, Purpose::Liquidation, &doubled(account), act)?;
    doubles(&whole, &twice, &who.to_string())
}

/// The market with the surface in force and no other, given now.
fn steady(view: &MarketView, now: i64) -> MarketView {
    let mut steady = view.clone();
    let surface = view.vol_surface.surface.into();
    steady.vol_surface.updated_at = 0;
    // What is in force is a surface, or it would not be.
    steady.vol_surface.put_in_force(&surface, now).ok();
    steady
}

/// The account with more of something good or less of something bad, at no cost, and what its health may fall by.
fn changes(account: &MarginAccount, spot: u64) -> Vec<(&'static str, MarginAccount, i64)> {
    let mut all = Vec::new();
    for (index, slot) in account.collaterals.iter().enumerate() {
        if slot.atoms > 0 {
            let mut more = *account;
            more.collaterals[index].atoms = slot.atoms.saturating_add(slot.atoms / 10);
            all.push(("more collateral", more, ROUNDING_ATOMS));
        }
    }
    let legs = account.legs.iter().enumerate();
    for (index, leg) in legs.filter(|(_, leg)| leg.quantity_contracts != 0) {
        let mut changed = *account;
        let quantity = &mut changed.legs[index].quantity_contracts;
        if *quantity < 0 {
            *quantity /= 2;
            all.push(("half a short", changed, ROUNDING_ATOMS));
        } else {
            // Charged with its error at the greater of spot and strike and a scan range beyond, scaled with IM.
            let at = u128::from(spot.max(leg.strike_price)) + u128::from(spot);
            let size = u128::from(quantity.unsigned_abs());
            // Prices are scaled 1e9, contracts 1e6, atoms 1e6.
            let error = size * at * GREATEST_SCALE / 1_000_000_000 / LONG_ERROR_PARTS;
            let error = i64::try_from(error).unwrap_or(i64::MAX - ROUNDING_ATOMS);
            *quantity *= 2;
            all.push((A_LONG_TWICE, changed, ROUNDING_ATOMS + error));
        }
    }
    all
}

/// Twice the account: everything it has, holds and owes.
fn doubled(account: &MarginAccount) -> MarginAccount {
    let mut twice = *account;
    twice.quote_atoms *= 2;
    for slot in &mut twice.collaterals {
        slot.atoms *= 2;
    }
    for slot in &mut twice.expiries {
        (slot.debt_atoms, slot.receivable_atoms) = (2 * slot.debt_atoms, 2 * slot.receivable_atoms);
    }
    for leg in &mut twice.legs {
        leg.quantity_contracts *= 2;
    }
    twice
}

/// I8: what an assessment says of one account fits together.
pub(super) fn judge(of: &Assessment, who: &str) -> Result<(), Violation> {
    let (r_im, r_mm) = (of.r_im, of.r_mm);
    ensure(r_im >= 0 && r_mm >= 0, "I8 requirement sign", || {
        format!("{who}: R(IM) {r_im}, R(MM) {r_mm}")
    })?;
    let (im, mm) = (of.health_im(), of.health_mm());
    ensure(im <= mm.saturating_add(ROUNDING_ATOMS), "I8 tiers", || {
        format!("{who}: health(IM) {im}, health(MM) {mm}")
    })
}

/// I7: a thousand quote more are a thousand quote more.
pub(super) fn more(less: &Assessment, more: &Assessment, who: &str) -> Result<(), Violation> {
    for (tier, had, has) in [
        ("IM", less.health_im(), more.health_im()),
        ("MM", less.health_mm(), more.health_mm()),
    ] {
        let gained = has.saturating_sub(had);
        let expected = i64::try_from(MORE_ATOMS).unwrap_or(i64::MAX);
        ensure(gained == expected, "I7 more collateral", || {
            format!("{who}: {expected} atoms of quote more, health({tier}) {gained} more")
        })?;
    }
    Ok(())
}

/// I7: what does an account good does not lower its health.
fn not_lower(was: &Assessment, is: &Assessment, allowed: i64, what: &str) -> Result<(), Violation> {
    for (tier, had, has) in [
        ("IM", was.health_im(), is.health_im()),
        ("MM", was.health_mm(), is.health_mm()),
    ] {
        let holds = has >= had.saturating_sub(allowed);
        ensure(holds, "I7 health not lower", || {
            format!("{what}: health({tier}) {has}, {had} without, {allowed} allowed")
        })?;
    }
    Ok(())
}

/// I7: nothing diversifies with itself.
fn doubles(one: &Assessment, two: &Assessment, who: &str) -> Result<(), Violation> {
    for (tier, single, twice) in [("IM", one.r_im, two.r_im), ("MM", one.r_mm, two.r_mm)] {
        let least = single.saturating_mul(2).saturating_sub(ROUNDING_ATOMS);
        ensure(twice >= least, "I7 twice the account", || {
            format!("{who}: R({tier}) {single}, of twice the account {twice}")
        })?;
    }
    Ok(())
}

/// Mutants: each clause notices an assessment that breaks it.
#[test]
fn an_assessment_that_does_not_fit_together_is_noticed() {
    let sound = Assessment {
        value: 5_000_000_000,
        v_im: 4_000_000_000,
        v_mm: 4_500_000_000,
        r_im: 1_000_000_000,
        r_mm: 800_000_000,
        ..Assessment::default()
    };
    judge(&sound, "nobody").expect("sound");
    let noticed = |of: &Assessment| judge(of, "nobody").expect_err("a mutant").invariant;
    let negative = Assessment { r_mm: -1, ..sound };
    assert_eq!(noticed(&negative), "I8 requirement sign");
    let upside_down = Assessment {
        v_mm: 3_700_000_000,
        ..sound
    };
    assert_eq!(noticed(&upside_down), "I8 tiers");
    let most = MORE_ATOMS as i64;
    let richer = Assessment {
        v_im: sound.v_im + most,
        v_mm: sound.v_mm + most,
        ..sound
    };
    more(&sound, &richer, "nobody").expect("sound");
    let short_of_it = Assessment {
        r_mm: sound.r_mm + 1,
        ..richer
    };
    let caught = more(&sound, &short_of_it, "nobody").expect_err("a mutant");
    assert_eq!(caught.invariant, "I7 more collateral");
    not_lower(&sound, &sound, 0, "nobody").expect("sound");
    for worse in [
        Assessment {
            r_mm: sound.r_mm + 11,
            ..sound
        },
        Assessment {
            v_im: sound.v_im - 11,
            ..sound
        },
    ] {
        let caught = not_lower(&sound, &worse, 10, "nobody").expect_err("a mutant");
        assert_eq!(caught.invariant, "I7 health not lower");
    }
    let mut twice = sound;
    (twice.r_im, twice.r_mm) = (2 * sound.r_im, 2 * sound.r_mm - ROUNDING_ATOMS);
    doubles(&sound, &twice, "nobody").expect("sound");
    twice.r_mm -= 1;
    let caught = doubles(&sound, &twice, "nobody").expect_err("a mutant");
    assert_eq!(caught.invariant, "I7 twice the account");
}
