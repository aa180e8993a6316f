//! Expiries a margin check is shown as remaining accounts: which, in which order, and what is read of them.
//!
//! Who sends an instruction that judges margin accounts appends the [`Expiry`] accounts in which any of
//! them holds legs or has a gain to come and which are over or end within the hour, and those in which any of them is short an American series, each once,
//! earliest first, read-only. The
//! others say nothing a margin check needs; shown all the same they do no harm, so that whoever builds the
//! instruction may look a few minutes ahead. Behind them stand the collaterals of [`crate::shown`].

use crate::accounts::{
    Collateral, Expiry, ExpiryState, LegSlot, MarginAccount, Series, MAX_SERIES,
};
use crate::error::{ensure, BackstopError};
use crate::pda;
use anchor_lang::prelude::*;
use backstop_quantities::convert::i64_saturating;
use backstop_quantities::{Atoms, Ppb};
use backstop_risk::averaging::{Average, AVERAGE_SECONDS};
use backstop_risk::margin::Credit;
use backstop_risk::waterfall::redeem;

/// What an expiry says about legs in it.
#[derive(Clone, Debug)]
pub struct KnownExpiry {
    /// What is known of its settlement price.
    pub average: Average,
    /// How its net positive value counts.
    pub credit: Credit,
    /// Part of every payoff that is not paid, fixed when it was finalised; 0 before.
    pub haircut: Ppb,
    /// Numbers of the last exercises by place; `None` while nothing was exercised: heap is scarce.
    exercised: Option<Box<[u8; MAX_SERIES as usize]>>,
}

/// The expiries shown to an instruction.
#[derive(Clone, Debug, Default)]
pub struct Known(Vec<KnownExpiry>);

impl KnownExpiry {
    /// Reads an expiry. One that is over has not paid yet, and what its estates lack is estimated; once its haircut is
    /// fixed, what it pays is known.
    pub fn of(expiry: &Expiry, now: i64) -> Result<Self> {
        let credit = if now < expiry.expires_at {
            Credit::Whole
        } else {
            Credit::Impaired {
                haircut_ppb: expiry.estimated_ppb().unwrap_or(0),
            }
        };
        let haircut_ppb = match expiry.state() {
            ExpiryState::Finalised => expiry.haircut_ppb,
            _ => 0,
        };
        Ok(Self {
            average: expiry.average(now)?,
            credit,
            haircut: Ppb::new(haircut_ppb),
            exercised: (expiry.exercise_numbers != [0; MAX_SERIES as usize])
                .then(|| Box::new(expiry.exercise_numbers)),
        })
    }

    /// Errors with [`BackstopError::ExercisesNotBorne`] if exercises wait for a short.
    pub fn check_borne(&self, leg: &LegSlot) -> Result<()> {
        let numbers = self.exercised.as_deref();
        let last = numbers.and_then(|numbers| numbers.get(usize::from(leg.place)));
        let borne = leg.borne == last.copied().unwrap_or(0);
        ensure(borne, BackstopError::ExercisesNotBorne)
    }

    /// What a payoff that is certain is worth, quote atoms, rounded down: a gain less the haircut, a loss whole.
    pub fn worth_floor(&self, payoff_atoms: i64) -> i64 {
        match u64::try_from(payoff_atoms) {
            Ok(gain) => i64_saturating(redeem(Atoms::new(gain), self.haircut).paid.get()),
            Err(_) => payoff_atoms,
        }
    }
}

impl Known {
    /// Reads the accounts an instruction was shown.
    ///
    /// Errors: [`BackstopError::ExpiryUnexpected`] for an account that is no expiry of `market`,
    /// [`BackstopError::ExpiriesOutOfOrder`] unless each ends after the one before.
    pub fn read(shown: &[AccountInfo], market: &Pubkey, now: i64) -> Result<Self> {
        let mut known = Self::default();
        for info in shown {
            require_keys_eq!(*info.owner, crate::ID, BackstopError::ExpiryUnexpected);
            // Borrowed already: one of the accounts the instruction writes, so no expiry.
            let data = info
                .try_borrow_data()
                .map_err(|_| BackstopError::ExpiryUnexpected)?;
            let expiry = data
                .strip_prefix(Expiry::DISCRIMINATOR)
                .and_then(|body| body.get(..core::mem::size_of::<Expiry>()))
                .and_then(|body| bytemuck::try_from_bytes::<Expiry>(body).ok())
                .ok_or(BackstopError::ExpiryUnexpected)?;
            known.add(expiry, market, now)?;
        }
        Ok(known)
    }

    /// The same from accounts already decoded.
    ///
    /// Errors as [`Self::read`].
    pub fn from_expiries<'a>(
        shown: impl IntoIterator<Item = &'a Expiry>,
        market: &Pubkey,
        now: i64,
    ) -> Result<Self> {
        let mut known = Self::default();
        for expiry in shown {
            known.add(expiry, market, now)?;
        }
        Ok(known)
    }

    fn add(&mut self, expiry: &Expiry, market: &Pubkey, now: i64) -> Result<()> {
        require_keys_eq!(expiry.market, *market, BackstopError::ExpiryUnexpected);
        let last = self
            .0
            .last()
            .map_or(0, |last| last.average.expires_at.get());
        ensure(expiry.expires_at > last, BackstopError::ExpiriesOutOfOrder)?;
        self.0.push(KnownExpiry::of(expiry, now)?);
        Ok(())
    }

    /// The expiry at this second; errors with [`BackstopError::ExpiryMissing`] if it was not shown.
    pub fn of(&self, expires_at: i64) -> Result<&KnownExpiry> {
        let shown = self.0.iter();
        let mut same = shown.filter(|known| known.average.expires_at.get() == expires_at);
        same.next()
            .ok_or_else(|| error!(BackstopError::ExpiryMissing))
    }
}

/// The remaining accounts of an instruction in two: the expiries, and the collaterals from the first one on.
pub fn expiries_and_collaterals<'a, 'info>(
    shown: &'a [AccountInfo<'info>],
) -> (&'a [AccountInfo<'info>], &'a [AccountInfo<'info>]) {
    split_at_first(shown, Collateral::DISCRIMINATOR)
}

/// The remaining accounts of an instruction in two: what a margin check is shown, and the series from the first one on.
pub fn shown_and_series<'a, 'info>(
    shown: &'a [AccountInfo<'info>],
) -> (&'a [AccountInfo<'info>], &'a [AccountInfo<'info>]) {
    split_at_first(shown, Series::DISCRIMINATOR)
}

/// Everything before the first account of the program with this discriminator, and from there on.
#[inline(never)]
fn split_at_first<'a, 'info>(
    shown: &'a [AccountInfo<'info>],
    discriminator: &[u8],
) -> (&'a [AccountInfo<'info>], &'a [AccountInfo<'info>]) {
    let is_one = |info: &AccountInfo| {
        let data = info.try_borrow_data();
        info.owner == &crate::ID && data.is_ok_and(|data| data.starts_with(discriminator))
    };
    let first = shown.iter().position(is_one);
    shown.split_at(first.unwrap_or(shown.len()))
}

/// Seconds of the expiries an instruction that judges these accounts is to be shown, in order: those they
/// hold legs in, or are still to be paid by, that are over at `now`, or end within the hour and `ahead_seconds` more, and
/// those they are short an American series in.
pub fn expiries_to_show<'a>(
    accounts: impl IntoIterator<Item = &'a MarginAccount>,
    now: i64,
    ahead_seconds: i64,
) -> Vec<i64> {
    let until = now
        .saturating_add(AVERAGE_SECONDS)
        .saturating_add(ahead_seconds);
    let mut seconds: Vec<i64> = accounts
        .into_iter()
        .flat_map(|account| {
            let legs = account.legs.iter();
            let held = legs.filter(|leg| leg.quantity_contracts != 0);
            let slots = account.expiries.iter();
            let due = slots.filter(|slot| slot.receivable_atoms > 0);
            let bearing = account.legs.iter().filter(|leg| leg.bears_exercises());
            held.map(|leg| account.expires_at(leg))
                .chain(due.map(|slot| slot.expires_at))
                .filter(|expires_at| *expires_at <= until)
                .chain(bearing.map(|leg| account.expires_at(leg)))
        })
        .collect();
    seconds.sort_unstable();
    seconds.dedup();
    seconds
}

/// Their addresses.
pub fn accounts_to_show(market: &Pubkey, seconds: &[i64]) -> Vec<AccountMeta> {
    let addresses = seconds.iter().map(|at| pda::expiry(market, *at));
    addresses
        .map(|address| AccountMeta::new_readonly(address, false))
        .collect()
}
