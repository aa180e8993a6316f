//! Writes outcomes into accounts. Every function leaves the account's `invariant()` true.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    Collateral, CollateralKind, LegSlot, MarginAccount, Series, Shard,
};
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::{Contracts, Price};
use backstop_risk::margin::leg_fits;

/// Adds an arrived amount to an account and to the books of its vault.
pub fn credit(account: &mut MarginAccount, collateral: &mut Collateral, atoms: u64) -> Result<()> {
    match collateral.kind {
        CollateralKind::Quote => account.quote_atoms = add(account.quote_atoms, atoms)?,
        kind => {
            let slot = account.collateral_slot_mut(&collateral.mint, kind.has_own_feed())?;
            slot.atoms = add(slot.atoms, atoms)?;
        }
    }
    collateral.claims_atoms = add(collateral.claims_atoms, atoms)?;
    touch(account)
}

/// Takes an amount from an account and from the books of its vault.
/// Errors with [`BackstopError::BalanceTooLow`] if the account holds less.
pub fn debit(account: &mut MarginAccount, collateral: &mut Collateral, atoms: u64) -> Result<()> {
    match collateral.kind {
        CollateralKind::Quote => account.quote_atoms = take(account.quote_atoms, atoms)?,
        kind => {
            ensure(
                account.collateral_atoms(&collateral.mint) >= atoms,
                BackstopError::BalanceTooLow,
            )?;
            let slot = account.collateral_slot_mut(&collateral.mint, kind.has_own_feed())?;
            slot.atoms = take(slot.atoms, atoms)?;
        }
    }
    collateral.claims_atoms = take(collateral.claims_atoms, atoms)?;
    touch(account)
}

/// Marks the portfolio as changed, frees empty slots and checks the account's rule.
pub fn touch(account: &mut MarginAccount) -> Result<()> {
    account.portfolio_version = add(account.portfolio_version, 1)?;
    account.tidy()
}

/// Adds `delta_contracts` (signed millionths) of a series to an account and keeps the series' totals:
/// a long meets a short inside one leg and both disappear. Earlier netting that the totals did not
/// know of is reported here. Errors with [`BackstopError::AmountOverflow`] if the leg grows beyond what can
/// be judged, with [`BackstopError::ExercisesNotBorne`] if exercises wait for the short it holds.
pub fn trade(account: &mut MarginAccount, series: &mut Series, delta_contracts: i64) -> Result<()> {
    let index = account.take_leg_index(series.expires_at, series.strike_price, series.kind)?;
    let leg = account
        .legs
        .get_mut(index)
        .ok_or(BackstopError::LegTableFull)?;
    if series.kind.is_american() {
        let borne = !leg.bears_exercises() || leg.borne == series.exercise_number;
        ensure(borne, BackstopError::ExercisesNotBorne)?;
        leg.place = series.place;
        leg.borne = series.exercise_number;
    }
    let before = leg.quantity_contracts;
    let after = before
        .checked_add(delta_contracts)
        .ok_or(BackstopError::AmountOverflow)?;
    bounded(before, after, series.strike_price)?;
    let netted = leg.unreported_contracts;
    leg.quantity_contracts = after;
    leg.unreported_contracts = 0;
    series.short_contracts = take(
        add(series.short_contracts, short(after))?,
        add(short(before), netted)?,
    )?;
    series.ledger_long_contracts = take(
        add(series.ledger_long_contracts, long(after))?,
        add(long(before), netted)?,
    )?;
    touch(account)
}

/// Moves `contracts` (signed millionths) of the leg at `index` of `from` into `to`, as a bid does: the
/// series is not at hand, so what nets inside `to` is kept there as unreported. Errors as [`trade`] does, and with
/// [`BackstopError::OtherSideHeld`] where an American leg would net: exercises would fall on what is not there.
pub fn move_leg(
    from: &mut MarginAccount,
    index: usize,
    to: &mut MarginAccount,
    contracts: i64,
) -> Result<()> {
    if contracts == 0 {
        return Ok(());
    }
    let source = from
        .legs
        .get_mut(index)
        .ok_or(BackstopError::InvariantBroken)?;
    let LegSlot {
        strike_price,
        kind,
        place,
        borne,
        ..
    } = *source;
    source.quantity_contracts = source
        .quantity_contracts
        .checked_sub(contracts)
        .ok_or(BackstopError::AmountOverflow)?;
    let expires_at = from
        .legs
        .get(index)
        .map(|leg| from.expires_at(leg))
        .ok_or(BackstopError::InvariantBroken)?;
    let kind = backstop_interface::accounts::OptionKind::from_byte(kind)
        .ok_or(BackstopError::InvariantBroken)?;
    let slot = to.take_leg_index(expires_at, strike_price, kind)?;
    let leg = to.legs.get_mut(slot).ok_or(BackstopError::LegTableFull)?;
    let netted = netted(leg.quantity_contracts, contracts);
    if kind.is_american() {
        ensure(netted == 0, BackstopError::OtherSideHeld)?;
        let equal = !leg.bears_exercises() || leg.borne == borne;
        ensure(equal, BackstopError::ExercisesNotBorne)?;
        (leg.place, leg.borne) = (place, borne);
    }
    let before = leg.quantity_contracts;
    let after = before
        .checked_add(contracts)
        .ok_or(BackstopError::AmountOverflow)?;
    bounded(before, after, strike_price)?;
    leg.quantity_contracts = after;
    leg.unreported_contracts = add(leg.unreported_contracts, netted)?;
    Ok(())
}

/// No leg grows beyond what margin computes at any later spot; one that is smaller than before always passes.
fn bounded(before: i64, after: i64, strike_price: u64) -> Result<()> {
    let grows = after.unsigned_abs() > before.unsigned_abs();
    ensure(
        !grows || leg_fits(Contracts::new(after), Price::new(strike_price)),
        BackstopError::AmountOverflow,
    )?;
    Ok(())
}

/// Contracts of opposite sign that cancel, in millionths.
fn netted(held: i64, added: i64) -> u64 {
    if held.signum() == added.signum() {
        0
    } else {
        held.unsigned_abs().min(added.unsigned_abs())
    }
}

/// Counts an account among its shard's open losses, once.
pub fn open_loss(shard: &mut Shard, counted: &mut bool) -> Result<()> {
    if !*counted {
        shard.open_losses = shard
            .open_losses
            .checked_add(1)
            .ok_or(BackstopError::AmountOverflow)?;
        *counted = true;
    }
    Ok(())
}

/// Takes an account out of its shard's open losses, if it was counted.
pub fn close_loss(shard: &mut Shard, counted: &mut bool) -> Result<()> {
    if *counted {
        shard.open_losses = shard
            .open_losses
            .checked_sub(1)
            .ok_or(BackstopError::InvariantBroken)?;
        *counted = false;
    }
    Ok(())
}

fn short(quantity: i64) -> u64 {
    if quantity < 0 {
        quantity.unsigned_abs()
    } else {
        0
    }
}

fn long(quantity: i64) -> u64 {
    if quantity > 0 {
        quantity.unsigned_abs()
    } else {
        0
    }
}

/// Sum, or [`BackstopError::AmountOverflow`].
pub fn add(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b)
        .ok_or_else(|| error!(BackstopError::AmountOverflow))
}

/// Difference, or [`BackstopError::BalanceTooLow`].
pub fn take(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b)
        .ok_or_else(|| error!(BackstopError::BalanceTooLow))
}
