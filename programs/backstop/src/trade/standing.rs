//! How both sides must stand after a trade.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{LegSlot, MarginAccount, Shard};
use backstop_interface::snapshot::{Moment, Purpose};
use backstop_interface::{ensure, BackstopError};
use backstop_risk::margin::Assessment;
use backstop_risk::quoting::{keeps_ratio, Standing};
use backstop_risk::stress::{added_atoms, both_ppb};
use backstop_risk::uncovered::Uncovered;
use backstop_risk::volatility::Hold;

use super::parties::{check_delegate, Party, Sided, Struck, Trades};
use super::signed;
use crate::apply;
use crate::margin::{has_exposure, Risk};

impl Risk<'_> {
    /// How an account must stand after trades: health(IM) ≥ 0, or, if it was below before as well, all of them near
    /// mark and health and value ÷ R lower at no tier. Who gives value away is judged as if it left for a wallet; who
    /// is acted for by a delegate gives away little. `before` is the account as it was. Its shard counts what it is now.
    /// Gives what it contributed to the fund for the uncovered loss it added, in quote atoms.
    ///
    /// Errors: BelowInitialMargin, TradeOffMark, CoverUsedUp.
    pub fn require_margin_after_trade(
        &self,
        side: Sided,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        let held = self.judge_trade(side, moment, shard)?;
        held.check(shard)?;
        Ok(held.paid_atoms)
    }

    /// The same, but for the shard's limit. Who only buys back shorts of his own near mark is not held to the cover:
    /// the premium he pays may raise his number, and the cover is no reason to keep him short.
    #[inline(never)]
    fn judge_trade(&self, side: Sided, moment: &Moment, shard: &mut Shard) -> Result<Held> {
        let Sided {
            party,
            before,
            after,
            trades,
            ..
        } = side;
        if owes_nothing(after) {
            self.require_holding(party, after, &trades, moment)?;
            return Ok(Held::default());
        }
        check_delegate(party, &trades)?;
        moment.remember(after);
        let gives = trades.struck.iter().any(|trade| trade.costs(party));
        let purpose = match gives {
            true => Purpose::Withdrawal,
            false => Purpose::Risk,
        };
        let all_near = trades.struck.iter().all(Struck::is_near);
        let mut is = self.weigh(after, moment, purpose, shard)?;
        let rises = added_atoms(after.uncovered_atoms, is.uncovered_atoms) > 0;
        let closes = rises && all_near && buys_back(before, after);
        if closes && is.health_im() < 0 {
            is = self.assess_for(after, moment, purpose)?;
        }
        let paid_atoms = self.contribute(after, &mut is, trades.sold_atoms, moment, shard)?;
        let was_counted = after.uncovered_atoms;
        shard.measure(after, is.uncovered_atoms)?;
        let held = Held {
            paid_atoms,
            from: match closes {
                true => after.uncovered_atoms,
                false => was_counted,
            },
            to: after.uncovered_atoms,
        };
        if is.health_im() >= 0 {
            after.note(0, Hold::None);
            return Ok(held);
        }
        let was = self.assess_for(before, moment, purpose)?;
        ensure(
            was.health_im() < 0 && no_worse(&was, &is),
            BackstopError::BelowInitialMargin,
        )?;
        ensure(all_near, BackstopError::TradeOffMark)?;
        Ok(held)
    }

    /// Both sides of a trade, one after the other. Where both are of one shard it is held to its limit once, when
    /// it counts both. `shard` is the first one's, `other` the second one's where it is another. Gives what both
    /// contributed, in quote atoms.
    ///
    /// Errors: those of a single one, ShardMismatch.
    pub fn require_margin_of_both(
        &self,
        first: Sided,
        second: Sided,
        moment: &Moment,
        shard: &mut Shard,
        other: Option<&mut Shard>,
    ) -> Result<u64> {
        let (market, key) = (self.market.key(), second.key);
        let held = self.judge_trade(first, moment, shard)?;
        let more = match other {
            Some(other) => {
                other.check(&market, &key)?;
                let more = self.judge_trade(second, moment, other)?;
                more.check(other)?;
                more
            }
            None => {
                shard.check(&market, &key)?;
                let more = self.judge_trade(second, moment, shard)?;
                more.check(shard)?;
                more
            }
        };
        held.check(shard)?;
        apply::add(held.paid_atoms, more.paid_atoms)
    }

    /// The same of an account that [`owes_nothing`] afterwards: it is at initial margin whatever it bought.
    ///
    /// Errors: TradeOffMark.
    pub fn require_holding(
        &self,
        party: Party,
        after: &mut MarginAccount,
        trades: &Trades,
        moment: &Moment,
    ) -> Result<()> {
        check_delegate(party, trades)?;
        moment.remember(after);
        after.note(0, Hold::None);
        Ok(())
    }

    /// Holds an account to initial margin that wrote options of this worth, in quote atoms, for itself. Gives what it
    /// contributed.
    ///
    /// Errors: BelowInitialMargin, CoverUsedUp.
    #[inline(never)]
    pub fn require_margin_after_writing(
        &self,
        account: &mut MarginAccount,
        worth_atoms: u64,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        let mut found = self.weigh(account, moment, Purpose::Withdrawal, shard)?;
        let paid = self.contribute(account, &mut found, worth_atoms, moment, shard)?;
        ensure(found.health_im() >= 0, BackstopError::BelowInitialMargin)?;
        moment.remember(account);
        account.note(0, Hold::None);
        shard.count(account, found.uncovered_atoms)?;
        Ok(paid)
    }

    /// Takes a seller's contribution from his cash for the fund. What it costs him counts against him at once.
    fn contribute(
        &self,
        account: &mut MarginAccount,
        found: &mut Assessment,
        sold_atoms: u64,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        let added = added_atoms(account.uncovered_atoms, found.uncovered_atoms);
        if sold_atoms == 0 || added == 0 {
            return Ok(0);
        }
        let scale = both_ppb(moment.im_scale_ppb, self.cover_scale_ppb(shard));
        let stress = self.market.params.stress();
        let paid = stress.contribution_atoms(sold_atoms, added, scale);
        account.quote_atoms = apply::take(account.quote_atoms, paid)?;
        shard.fund_atoms = apply::add(shard.fund_atoms, paid)?;
        let cost = signed(paid)?;
        for value in [&mut found.value, &mut found.v_im, &mut found.v_mm] {
            *value = value.saturating_sub(cost);
        }
        for side in found.uncovered_atoms.iter_mut().filter(|side| **side > 0) {
            *side = apply::add(*side, paid)?;
        }
        Ok(paid)
    }
}

/// True of an account that only holds, and of which no uncovered loss is counted: it is at initial margin whatever it
/// bought.
pub fn owes_nothing(account: &MarginAccount) -> bool {
    !has_exposure(account) && account.uncovered_atoms == [0; 2]
}

/// True if nothing changed but that shorts became smaller.
fn buys_back(before: &MarginAccount, after: &MarginAccount) -> bool {
    let same_series = |was: &LegSlot, is: &LegSlot| {
        (was.strike_price, was.kind) == (is.strike_price, is.kind)
            && before.expires_at(was) == after.expires_at(is)
    };
    let slots = before.legs.iter().zip(&after.legs);
    let fewer = |was: &LegSlot, is: &LegSlot| was.quantity_contracts < is.quantity_contracts;
    let none_grows = slots.clone().all(|(was, is)| {
        let (had, has) = (was.quantity_contracts, is.quantity_contracts);
        let smaller = had == has || (fewer(was, is) && has <= 0);
        smaller && (has == 0 || same_series(was, is))
    });
    none_grows && slots.into_iter().any(|(was, is)| fewer(was, is))
}

/// What a judged side contributed, and its numbers the limit of the shard allows or not.
#[derive(Default)]
struct Held {
    paid_atoms: u64,
    from: Uncovered,
    to: Uncovered,
}

impl Held {
    fn check(&self, shard: &Shard) -> Result<()> {
        let own = shard.uncovered_atoms;
        let allowed = shard.allotment().allows(self.from, self.to, own);
        ensure(allowed, BackstopError::CoverUsedUp)?;
        Ok(())
    }
}

/// Health and value ÷ R fall at neither tier. Health by itself is not enough: it would let an account sell what it
/// is worth for a little less requirement; nor is the ratio, where collateral weighs less than it is worth.
fn no_worse(was: &Assessment, is: &Assessment) -> bool {
    if is.health_im() < was.health_im() || is.health_mm() < was.health_mm() {
        return false;
    }
    let standing = |value, requirement| Standing { value, requirement };
    keeps_ratio(standing(was.value, was.r_im), standing(is.value, is.r_im))
        && keeps_ratio(standing(was.value, was.r_mm), standing(is.value, is.r_mm))
}
