//! Books of settlement: what an account owes or gets in one expiry, and how it pays.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, Collateral, Expiry, ExpiryState, LegSlot, MarginAccount, OptionKind, MAX_LEGS,
};
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::{Atoms, Contracts, Ppb, Price};
use backstop_risk::liquidation::conversion_start;
use backstop_risk::settlement::payoff;
use backstop_risk::waterfall::{estate_cash_ceil, net_settlement, redeem};

use crate::apply;

/// What settlement did to an account, in quote atoms.
#[derive(Default)]
pub struct Settled {
    /// Payoff of its longs.
    pub long_atoms: u64,
    /// Payoff of its shorts.
    pub short_atoms: u64,
    /// Left its quote balance for the escrow.
    pub paid_atoms: u64,
    /// Became debt.
    pub debt_atoms: u64,
    /// Came out of the escrow into its quote balance.
    pub received_atoms: u64,
    /// Claim tokens its owner gets.
    pub claim_atoms: u64,
}

/// Legs of one expiry, added up.
#[derive(Default)]
struct Legs {
    long_atoms: u64,
    short_atoms: u64,
    short_contracts: u64,
    long_contracts: u64,
    unreported_contracts: u64,
    unreported_atoms: u64,
    /// What the pairs netted inside the account pay more as shorts than they get as longs.
    rounding_atoms: u64,
}

/// An account in its role as payer of one expiry slot.
pub struct Payer<'a> {
    /// The account.
    pub account: &'a mut MarginAccount,
    /// Slot of the expiry in it.
    pub index: usize,
}

impl Payer<'_> {
    /// Settles the account's legs of the expiry and pays what it can.
    ///
    /// Before Finalised only an account that is short is settled: its longs net its shorts and what is
    /// left of them waits. From Finalised on longs are paid with the haircut.
    pub fn settle(&mut self, expiry: &mut Expiry) -> Result<Settled> {
        let finalised = expiry.state() == ExpiryState::Finalised;
        let legs = self.take_legs(expiry, finalised)?;
        expiry.unsettled_contracts = expiry
            .unsettled_contracts
            .saturating_sub(apply::add(legs.short_contracts, legs.unreported_contracts)?);
        expiry.unpaid_contracts = expiry
            .unpaid_contracts
            .saturating_sub(apply::add(legs.long_contracts, legs.unreported_contracts)?);
        expiry.owed_atoms = expiry.owed_atoms.saturating_sub(legs.unreported_atoms);
        let mut settled = Settled {
            long_atoms: legs.long_atoms,
            short_atoms: legs.short_atoms,
            ..Settled::default()
        };
        if finalised {
            self.settle_late(expiry, &mut settled)?;
        } else {
            // A netted pair is settled like a long and a short in two legs: without its atom the others'
            // longs would be owed more than all payers bring.
            settled.short_atoms = apply::add(settled.short_atoms, legs.rounding_atoms)?;
            self.settle_in_time(expiry, &mut settled)?;
        }
        self.account.count_no_more_than_debt(self.index, expiry)?;
        Ok(settled)
    }

    /// Pays as much of the slot's debt as the account's cash for this expiry allows; returns it.
    pub fn repay(&mut self, expiry: &mut Expiry) -> Result<u64> {
        let cash = self.cash()?;
        let slot = self
            .account
            .expiries
            .get_mut(self.index)
            .ok_or(BackstopError::InvariantBroken)?;
        let paid = slot.debt_atoms.min(cash);
        slot.debt_atoms = apply::take(slot.debt_atoms, paid)?;
        expiry.debts_atoms = expiry.debts_atoms.saturating_sub(paid);
        // A debt of before the expiry is one of exercises: rights wait for it.
        if expiry.state() == ExpiryState::Open {
            let late = expiry.late().repaid(paid);
            expiry.set_late(&late);
        }
        self.hand_over(expiry, paid)?;
        self.account.count_no_more_than_debt(self.index, expiry)?;
        Ok(paid)
    }

    /// Moves cash of the account into the expiry's escrow, in the books of both.
    fn hand_over(&mut self, expiry: &mut Expiry, atoms: u64) -> Result<()> {
        self.account.quote_atoms = apply::take(self.account.quote_atoms, atoms)?;
        if self.account.state() == AccountState::Estate {
            let paid = self
                .account
                .estate_paid_atoms
                .get_mut(self.index)
                .ok_or(BackstopError::InvariantBroken)?;
            *paid = apply::add(*paid, atoms)?;
        }
        collect(expiry, atoms)
    }

    /// Quote this expiry may take: all of it, or for an estate its share. One that returns could pay all its expiries when
    /// it began and sells no more than it owes: there those that are owed nothing yet have no share.
    fn cash(&self) -> Result<u64> {
        let account = &self.account;
        if account.state() != AccountState::Estate {
            return Ok(account.quote_atoms);
        }
        let (slots, paid) = (&account.expiries, &account.estate_paid_atoms);
        let waits = |index: usize, debt: u64| account.returns() && debt == 0 && index != self.index;
        let claims = slots.iter().enumerate();
        let claims = claims.filter(|(index, slot)| !waits(*index, slot.debt_atoms));
        let weights = claims.map(|(_, slot)| slot.estate_share);
        let own = slots.get(self.index).map_or(0, |slot| slot.estate_share);
        let all_paid = paid
            .iter()
            .try_fold(0, |sum, paid| apply::add(sum, *paid))?;
        let paid = paid.get(self.index).copied().unwrap_or(0);
        let share = estate_cash_ceil(
            Atoms::new(account.quote_atoms),
            (Atoms::new(paid), Atoms::new(all_paid)),
            (own, weights.fold(0, u64::saturating_add)),
        );
        quote_atoms(share)
    }

    /// Adds up and removes the legs of the expiry. Longs round down and shorts up, for the escrow.
    fn take_legs(&mut self, expiry: &Expiry, finalised: bool) -> Result<Legs> {
        let mut sum = Legs::default();
        for index in 0..MAX_LEGS {
            let Some(leg) = self.account.legs.get_mut(index) else {
                continue;
            };
            if !leg.in_use() || usize::from(leg.expiry_index) != self.index {
                continue;
            }
            ensure(expiry.has_been_borne(leg), BackstopError::ExercisesNotBorne)?;
            let kind = OptionKind::from_byte(leg.kind).ok_or(BackstopError::InvariantBroken)?;
            let pays = payoff(
                kind.into(),
                Price::new(leg.strike_price),
                Price::new(expiry.settlement_price),
            );
            let size = leg.quantity_contracts.unsigned_abs();
            if leg.quantity_contracts < 0 {
                sum.short_atoms = apply::add(sum.short_atoms, atoms_ceil(size, pays)?)?;
                sum.short_contracts = apply::add(sum.short_contracts, size)?;
            } else {
                sum.long_atoms = apply::add(sum.long_atoms, atoms_floor(size, pays)?)?;
                sum.long_contracts = apply::add(sum.long_contracts, size)?;
            }
            sum.unreported_contracts =
                apply::add(sum.unreported_contracts, leg.unreported_contracts)?;
            let netted_floor = atoms_floor(leg.unreported_contracts, pays)?;
            let netted_ceil = atoms_ceil(leg.unreported_contracts, pays)?;
            sum.unreported_atoms = apply::add(sum.unreported_atoms, netted_floor)?;
            sum.rounding_atoms =
                apply::add(sum.rounding_atoms, apply::take(netted_ceil, netted_floor)?)?;
            *leg = LegSlot {
                quantity_contracts: 0,
                unreported_contracts: 0,
                ..*leg
            };
        }
        ensure(
            finalised || sum.short_contracts > 0 || sum.unreported_contracts > 0,
            BackstopError::NotFinalised,
        )?;
        Ok(sum)
    }

    fn settle_in_time(&mut self, expiry: &mut Expiry, settled: &mut Settled) -> Result<()> {
        let outcome = net_settlement(
            Atoms::new(settled.long_atoms),
            Atoms::new(settled.short_atoms),
            Ppb::ZERO,
        );
        expiry.owed_atoms = expiry.owed_atoms.saturating_sub(outcome.netted.get());
        let due = outcome.pays.get();
        {
            let slot = self
                .account
                .expiries
                .get_mut(self.index)
                .ok_or(BackstopError::InvariantBroken)?;
            slot.receivable_atoms = apply::add(slot.receivable_atoms, outcome.receives.get())?;
        }
        expiry.receivables_atoms = apply::add(expiry.receivables_atoms, outcome.receives.get())?;
        self.charge(expiry, due, settled)
    }

    /// Longs count with the haircut, shorts in full; a receivable of before is paid with it too.
    fn settle_late(&mut self, expiry: &mut Expiry, settled: &mut Settled) -> Result<()> {
        let waiting = {
            let slot = self
                .account
                .expiries
                .get_mut(self.index)
                .ok_or(BackstopError::InvariantBroken)?;
            core::mem::take(&mut slot.receivable_atoms)
        };
        expiry.receivables_atoms = apply::take(expiry.receivables_atoms, waiting)?;
        let gross = apply::add(settled.long_atoms, waiting)?;
        let haircut = Ppb::new(expiry.haircut_ppb);
        let payout = redeem(Atoms::new(gross), haircut);
        expiry.owed_atoms = expiry.owed_atoms.saturating_sub(gross);
        expiry.escrow_atoms = apply::take(expiry.escrow_atoms, payout.paid.get())?;
        let (credit, debit) = (payout.paid.get(), settled.short_atoms);
        // What nets inside the account changes hands inside the escrow: from the holders' part to the
        // recoveries.
        collect(expiry, credit.min(debit))?;
        settled.received_atoms = credit.saturating_sub(debit);
        self.account.quote_atoms = apply::add(self.account.quote_atoms, settled.received_atoms)?;
        // An estate belongs to its creditors: its former owner is compensated for nothing, unless he gets it back.
        let owned = self.account.state() != AccountState::Estate || self.account.returns();
        if debit == 0 && owned {
            settled.claim_atoms = payout.claim.get();
            expiry.claims_atoms = apply::add(expiry.claims_atoms, settled.claim_atoms)?;
        }
        self.charge(expiry, debit.saturating_sub(credit), settled)
    }

    /// Takes `due` from the account's cash; the rest becomes debt and its collateral converts.
    pub fn charge(&mut self, expiry: &mut Expiry, due: u64, settled: &mut Settled) -> Result<()> {
        let paid = due.min(self.cash()?);
        let debt = apply::take(due, paid)?;
        self.hand_over(expiry, paid)?;
        if debt > 0 {
            let (now, owed) = (Clock::get()?.unix_timestamp, self.account.debt_atoms());
            let started = self.account.conversion_started_at;
            self.account.conversion_started_at = match self.account.state() {
                AccountState::Estate if started > 0 => started,
                _ => conversion_start(started, now, owed, debt),
            };
            let slot = self
                .account
                .expiries
                .get_mut(self.index)
                .ok_or(BackstopError::InvariantBroken)?;
            slot.debt_atoms = apply::add(slot.debt_atoms, debt)?;
            expiry.debts_atoms = apply::add(expiry.debts_atoms, debt)?;
        }
        settled.paid_atoms = paid;
        settled.debt_atoms = debt;
        Ok(())
    }
}

/// Books what came into the escrow: for the holders until the haircut is fixed, for claims afterwards.
fn collect(expiry: &mut Expiry, atoms: u64) -> Result<()> {
    if expiry.state() == ExpiryState::Finalised {
        expiry.recovered_atoms = apply::add(expiry.recovered_atoms, atoms)?;
    } else {
        expiry.escrow_atoms = apply::add(expiry.escrow_atoms, atoms)?;
        expiry.collected_atoms = apply::add(expiry.collected_atoms, atoms)?;
    }
    Ok(())
}

/// Closes a settlement or repayment on the account's side: what left and what came, in the books of
/// the quote vault, and the end of a conversion that is no longer needed.
pub fn finish(
    account: &mut MarginAccount,
    quote: &mut Collateral,
    out_atoms: u64,
    in_atoms: u64,
) -> Result<()> {
    close_books(account, quote, out_atoms, in_atoms)?;
    apply::touch(account)
}

/// The same of a portfolio that stays what bidders have seen.
pub fn close_books(
    account: &mut MarginAccount,
    quote: &mut Collateral,
    out_atoms: u64,
    in_atoms: u64,
) -> Result<()> {
    quote.claims_atoms = apply::add(apply::take(quote.claims_atoms, out_atoms)?, in_atoms)?;
    if account.debt_atoms() == 0 && account.state() != AccountState::Estate {
        account.conversion_started_at = 0;
    }
    Ok(())
}

/// What `millionths` of a contract are paid at `pays` each, quote atoms, rounded down.
pub fn atoms_floor(millionths: u64, pays: Price) -> Result<u64> {
    quote_atoms(contracts(millionths)?.value_floor(pays))
}

/// The same rounded up.
fn atoms_ceil(millionths: u64, pays: Price) -> Result<u64> {
    quote_atoms(contracts(millionths)?.value_ceil(pays))
}

fn contracts(millionths: u64) -> Result<Contracts> {
    let signed = i64::try_from(millionths).map_err(|_| BackstopError::AmountOverflow)?;
    Ok(Contracts::new(signed))
}

fn quote_atoms(worth: Option<Atoms>) -> Result<u64> {
    Ok(worth.ok_or(BackstopError::AmountOverflow)?.get())
}
