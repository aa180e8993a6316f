//! Who pays the keeper of a useful step: the account's lock, then the penalty, and for an insolvent
//! account the fund.

use crate::params;
use crate::RiskError;
use backstop_quantities::{mul_div_floor, ONE_PPB};

/// Parameters of keeper pay. Units and bounds in [`crate::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeeperParams {
    /// What the first short locks, quote atoms.
    pub lock_atoms: u64,
    /// What a useful step earns, quote atoms.
    pub step_atoms: u64,
    /// What a trigger earns, ppb of stress.
    pub share_ppb: u64,
    /// Most a trigger earns, quote atoms.
    pub most_atoms: u64,
}

impl Default for KeeperParams {
    fn default() -> Self {
        Self {
            lock_atoms: params::KEEPER_LOCK.default,
            step_atoms: params::KEEPER_STEP.default,
            share_ppb: params::KEEPER_SHARE.default,
            most_atoms: params::KEEPER_MOST.default,
        }
    }
}

/// Where pay can come from. Quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeeperSources {
    /// Left of the account's lock.
    pub lock_atoms: u64,
    /// Penalty of the bids so far that is not spent.
    pub penalty_atoms: u64,
    /// S at the trigger.
    pub stress_atoms: u64,
    /// What the fund may still pay; 0 before the first bid and for a solvent account.
    pub fund_room_atoms: u64,
    /// What the fund has paid for this account's keepers.
    pub fund_paid_atoms: u64,
}

/// What a keeper gets. `lock + penalty + fund + unpaid` is what was due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeeperPay {
    /// From the account's lock, quote atoms.
    pub from_lock_atoms: u64,
    /// From the penalty, quote atoms.
    pub from_penalty_atoms: u64,
    /// From the fund, quote atoms.
    pub from_fund_atoms: u64,
    /// Still due, quote atoms.
    pub unpaid_atoms: u64,
}

/// What happens to the lock when an account's shorts appear or disappear. At most one is not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LockChange {
    /// Moves from the account's quote into the lock.
    pub lock_atoms: u64,
    /// Moves back, whatever of it is left.
    pub release_atoms: u64,
}

impl KeeperParams {
    /// Checks the hard bounds, and that a trigger is worth more than a step.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        params::KEEPER_LOCK.check(self.lock_atoms)?;
        params::KEEPER_STEP.check(self.step_atoms)?;
        params::KEEPER_SHARE.check(self.share_ppb)?;
        params::KEEPER_MOST.check(self.most_atoms)?;
        if self.step_atoms > self.most_atoms {
            return Err(RiskError::ParameterOutOfBounds(params::KEEPER_STEP.name));
        }
        Ok(())
    }

    /// What triggering an account earns: a part of S, at least a step, at most `most_atoms`; rounded
    /// down, for whoever pays.
    pub fn trigger_due_atoms(&self, stress_atoms: u64) -> u64 {
        self.fund_cap_atoms(stress_atoms).max(self.step_atoms)
    }

    /// Most the fund pays the keepers of one account: min(0.1 % of S, 500 quote), rounded down.
    pub fn fund_cap_atoms(&self, stress_atoms: u64) -> u64 {
        mul_div_floor(stress_atoms, self.share_ppb, ONE_PPB)
            .unwrap_or(self.most_atoms)
            .min(self.most_atoms)
    }

    /// Pays `due_atoms` as far as the sources reach, in their order; a source is empty before the next
    /// one pays.
    pub fn pay(&self, due_atoms: u64, sources: &KeeperSources) -> KeeperPay {
        let from_lock_atoms = due_atoms.min(sources.lock_atoms);
        let due = due_atoms.saturating_sub(from_lock_atoms);
        let from_penalty_atoms = due.min(sources.penalty_atoms);
        let due = due.saturating_sub(from_penalty_atoms);
        let cap = self
            .fund_cap_atoms(sources.stress_atoms)
            .saturating_sub(sources.fund_paid_atoms);
        let from_fund_atoms = due.min(cap).min(sources.fund_room_atoms);
        KeeperPay {
            from_lock_atoms,
            from_penalty_atoms,
            from_fund_atoms,
            unpaid_atoms: due.saturating_sub(from_fund_atoms),
        }
    }

    /// The lock of an account that held shorts or not, and holds shorts or not. A lock once taken stays
    /// while a short is left, and is not refilled.
    pub const fn lock_change(&self, had_short: bool, has_short: bool, locked: u64) -> LockChange {
        match (had_short, has_short) {
            (false, true) => LockChange {
                lock_atoms: self.lock_atoms.saturating_sub(locked),
                release_atoms: 0,
            },
            (true, true) => LockChange {
                lock_atoms: 0,
                release_atoms: 0,
            },
            (_, false) => LockChange {
                lock_atoms: 0,
                release_atoms: locked,
            },
        }
    }
}
