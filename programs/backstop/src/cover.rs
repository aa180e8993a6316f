//! What an act does to the uncovered loss of an account: whether it raises a number, at which scale of initial margin it
//! is held then, and what it contributes.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Shard};
use backstop_interface::snapshot::{Moment, Purpose};
use backstop_interface::{ensure, BackstopError};
use backstop_risk::margin::Assessment;
use backstop_risk::stress::{added_atoms, both_ppb};
use backstop_risk::uncovered::Uncovered;
use backstop_risk::volatility::Hold;

use crate::apply;
use crate::margin::Risk;

/// An account around an act.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// As it was; `None` where value left it and nothing else happened: every number that is not 0 rose.
    pub before: Option<&'a MarginAccount>,
    /// As it is.
    pub after: &'a MarginAccount,
    /// What it is looked at for.
    pub purpose: Purpose,
    /// The act only bought shorts of the account back near mark.
    pub buys_back: bool,
}

/// What was found of an account around an act.
pub struct Weighed {
    /// As it is, at the scale it is held to.
    pub is: Assessment,
    /// As it was at the same moment, unscaled; only where that was asked.
    pub was: Option<Assessment>,
    /// The numbers from which a rise is held to the limit and contributes.
    pub from: Uncovered,
}

/// Numbers of an account and from where they rose.
#[derive(Clone, Copy, Default)]
pub struct Rise {
    from: Uncovered,
    to: Uncovered,
}

impl Rise {
    /// Errors with CoverUsedUp if a number rose and its shard, as it counts now, is beyond its limit.
    pub fn check(&self, shard: &Shard) -> Result<()> {
        let own = shard.uncovered_atoms;
        let allowed = shard.allotment().allows(self.from, self.to, own);
        ensure(allowed, BackstopError::CoverUsedUp)?;
        Ok(())
    }
}

impl Weighed {
    /// Has the shard count what was found, or what the account `owes` with legs that are over, where that is more: those
    /// say nothing about a rise, and stay counted.
    pub fn count(
        &self,
        account: &mut MarginAccount,
        shard: &mut Shard,
        owes: Uncovered,
    ) -> Result<Rise> {
        let (from, to) = (self.from, self.is.uncovered_atoms);
        let [down, up] = [0, 1].map(|side| to[side].max(owes[side]));
        shard.measure(account, [down, up])?;
        Ok(Rise { from, to })
    }
}

impl Risk<'_> {
    /// What the use of the cover, as a shard knows it, makes of initial margin.
    fn cover_scale_ppb(&self, shard: &Shard) -> u64 {
        let cover = shard.allotment().cover(shard.uncovered_atoms);
        self.market.params.stress().cover_scale_ppb(&cover)
    }

    /// The assessment an account is held to that may add risk: at the scale of the cover where the act raises a number.
    ///
    /// It does where the number is higher than the account's own before the act, at the same moment. The count says
    /// nothing about that: anyone may have raised it, or nobody brought it up to date. The account as it was is asked
    /// only where it matters: where the count would hide a rise, and where a rise would be refused. Whoever only buys
    /// back near mark from below initial margin (unscaled: below the scaled one anybody may bring himself) raises none.
    #[inline(never)]
    pub fn weigh(&self, around: &Around, moment: &Moment, shard: &Shard) -> Result<Weighed> {
        let (after, purpose) = (around.after, around.purpose);
        let scale = self.cover_scale_ppb(shard);
        let mut is = self.assess_scaled(after, moment, purpose, scale)?;
        let (counted, found) = (after.uncovered_atoms, is.uncovered_atoms);
        let (mut from, mut was) = (counted, None);
        let Some(before) = around.before else {
            if found == [0; 2] {
                is = is.at_least_scale();
            }
            let from = [0; 2];
            return Ok(Weighed { is, was, from });
        };
        if is.health_im() < 0 || hides(counted, found) || !shard.has_room(after, found)? {
            let before = self.assess_for(before, moment, purpose)?;
            let excused = around.buys_back && before.health_im() < 0;
            from = if excused {
                found
            } else {
                before.uncovered_atoms
            };
            was = Some(before);
        }
        if added_atoms(from, found) == 0 {
            is = is.at_least_scale();
        }
        Ok(Weighed { is, was, from })
    }

    /// Demands health(IM) >= 0 of an account after value left it (`before` is `None`) or it got legs. Its shard counts its uncovered loss.
    ///
    /// Errors: BelowInitialMargin, CoverUsedUp.
    pub fn require_margin_after_taking(
        &self,
        before: Option<&MarginAccount>,
        account: &mut MarginAccount,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<()> {
        self.require_margin_after_writing(before, account, 0, moment, shard)?;
        Ok(())
    }

    /// The same of an account that wrote options of this worth, in quote atoms, for itself. Gives what it contributed.
    ///
    /// Errors: BelowInitialMargin, CoverUsedUp.
    #[inline(never)]
    pub fn require_margin_after_writing(
        &self,
        before: Option<&MarginAccount>,
        account: &mut MarginAccount,
        worth_atoms: u64,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        let around = Around {
            before,
            after: account,
            purpose: Purpose::Withdrawal,
            buys_back: false,
        };
        let mut found = self.weigh(&around, moment, shard)?;
        let paid = self.contribute(account, &mut found, worth_atoms, moment, shard)?;
        ensure(found.is.health_im() >= 0, BackstopError::BelowInitialMargin)?;
        moment.remember(account);
        account.note(0, Hold::None);
        found.count(account, shard, [0; 2])?.check(shard)?;
        Ok(paid)
    }

    /// Takes a seller's contribution from his cash for the fund. What it costs him counts against him at once.
    pub fn contribute(
        &self,
        account: &mut MarginAccount,
        found: &mut Weighed,
        sold_atoms: u64,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        let is = &mut found.is;
        let added = added_atoms(found.from, is.uncovered_atoms);
        if sold_atoms == 0 || added == 0 {
            return Ok(0);
        }
        let scale = both_ppb(moment.im_scale_ppb, self.cover_scale_ppb(shard));
        let stress = self.market.params.stress();
        let paid = stress.contribution_atoms(sold_atoms, added, scale);
        account.quote_atoms = apply::take(account.quote_atoms, paid)?;
        shard.fund_atoms = apply::add(shard.fund_atoms, paid)?;
        let cost = crate::trade::signed(paid)?;
        for value in [&mut is.value, &mut is.v_im, &mut is.v_mm] {
            *value = value.saturating_sub(cost);
        }
        for side in is.uncovered_atoms.iter_mut().filter(|side| **side > 0) {
            *side = apply::add(*side, paid)?;
        }
        Ok(paid)
    }
}

/// True if a number that is not 0 may have risen although it is no higher than the one counted.
fn hides(counted: Uncovered, found: Uncovered) -> bool {
    let mut sides = counted.iter().zip(&found);
    sides.any(|(counted, found)| 0 < *found && found <= counted)
}
