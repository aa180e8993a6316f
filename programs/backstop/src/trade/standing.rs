//! How both sides must stand after a trade.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{LegSlot, MarginAccount, Shard};
use backstop_interface::snapshot::{Moment, Purpose};
use backstop_interface::{ensure, BackstopError};
use backstop_risk::margin::Assessment;
use backstop_risk::quoting::{keeps_ratio, Standing};
use backstop_risk::volatility::Hold;

use super::parties::{check_delegate, Party, Sided, Struck, Trades};
use crate::apply;
use crate::cover::{Around, Rise, Weighed};
use crate::margin::{self, has_exposure, Risk};

impl Risk<'_> {
    /// How an account must stand after trades: health(IM) ≥ 0, or, if it was below before as well, all of them near
    /// mark and health and value ÷ R lower at no tier. Who gives value away is judged as if it left for a wallet; who
    /// is acted for by a delegate gives away little. `before` is the account as it was. Its shard counts what it is now.
    /// Gives what it contributed to the fund for the uncovered loss it added, in quote atoms. Who owes something, or is
    /// short in what is over or ends within the hour, only closes, near mark.
    ///
    /// Errors: BelowInitialMargin, TradeOffMark, CoverUsedUp, AccountInDebt, ShortNearExpiry.
    pub fn require_margin_after_trade(
        &self,
        side: Sided,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        let held = self.judge_trade(side, moment, shard)?;
        held.rise.check(shard)?;
        Ok(held.paid_atoms)
    }

    /// The same, but for the shard's limit.
    #[inline(never)]
    fn judge_trade(&self, side: Sided, moment: &Moment, shard: &mut Shard) -> Result<Held> {
        let Sided {
            party,
            before,
            after,
            trades,
            ..
        } = side;
        let all_near = trades.struck.iter().all(Struck::is_near);
        let closes = all_near && only_shrinks(before, after, false);
        // Whoever only makes what he holds or owes smaller near mark adds no risk.
        if !closes {
            margin::may_add_risk(before, moment.now)?;
        }
        if owes_nothing(after) {
            self.require_holding(party, after, &trades, moment)?;
            return Ok(Held::default());
        }
        check_delegate(party, &trades)?;
        moment.remember(after);
        let gives = trades.struck.iter().any(|trade| trade.costs(party));
        let around = Around {
            before: Some(before),
            after,
            purpose: match gives {
                true => Purpose::Withdrawal,
                false => Purpose::Risk,
            },
            buys_back: closes && only_shrinks(before, after, true),
        };
        let purpose = around.purpose;
        let mut found = self.weigh(&around, moment, shard)?;
        let paid_atoms = self.contribute(after, &mut found, trades.sold_atoms, moment, shard)?;
        let whole = match closes {
            true => self.judged_with_what_is_over(before, after, moment)?,
            false => None,
        };
        let owes = whole.map_or([0; 2], |whole| whole.uncovered_atoms);
        let rise = found.count(after, shard, owes)?;
        let Weighed { is, was, .. } = found;
        if is.health_im() >= 0 {
            // Health is proven where everything counts that counts against a seizure.
            if whole.is_none_or(|whole| whole.health_im() >= 0) {
                after.note(0, Hold::None);
            }
            return Ok(Held { paid_atoms, rise });
        }
        let was = match was {
            Some(was) => was,
            None => self.assess_for(before, moment, purpose)?,
        };
        ensure(
            was.health_im() < 0 && no_worse(&was, &is),
            BackstopError::BelowInitialMargin,
        )?;
        ensure(all_near, BackstopError::TradeOffMark)?;
        Ok(Held { paid_atoms, rise })
    }

    /// Legs that are over count neither for nor against who trades: a short of them keeps its owner from adding risk,
    /// and from closing what would then not carry it. Gives what he is with them, if there are any.
    #[inline(never)]
    fn judged_with_what_is_over(
        &self,
        before: &MarginAccount,
        after: &MarginAccount,
        moment: &Moment,
    ) -> Result<Option<Assessment>> {
        if !before.short_near_expiry(moment.now, 0) {
            return Ok(None);
        }
        let is = self.assess(after, moment)?;
        if is.health_im() < 0 {
            let was = self.assess(before, moment)?;
            ensure(no_worse(&was, &is), BackstopError::BelowInitialMargin)?;
        }
        Ok(Some(is))
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
                more.rise.check(other)?;
                more
            }
            None => {
                shard.check(&market, &key)?;
                let more = self.judge_trade(second, moment, shard)?;
                more.rise.check(shard)?;
                more
            }
        };
        held.rise.check(shard)?;
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
}

/// True of an account that only holds, and of which no uncovered loss is counted: it is at initial margin whatever it
/// bought.
pub fn owes_nothing(account: &MarginAccount) -> bool {
    !has_exposure(account) && account.uncovered_atoms == [0; 2]
}

/// True if nothing changed but that legs became smaller; with `shorts_alone`, shorts and no longs.
fn only_shrinks(before: &MarginAccount, after: &MarginAccount, shorts_alone: bool) -> bool {
    let same_series = |was: &LegSlot, is: &LegSlot| {
        (was.strike_price, was.kind) == (is.strike_price, is.kind)
            && before.expires_at(was) == after.expires_at(is)
    };
    let slots = before.legs.iter().zip(&after.legs);
    let none_grows = slots.clone().all(|(was, is)| {
        let (had, has) = (was.quantity_contracts, is.quantity_contracts);
        let smaller = match had < 0 {
            true => (had..=0).contains(&has),
            false => (0..=had).contains(&has) && !(shorts_alone && has < had),
        };
        smaller && (has == 0 || same_series(was, is))
    });
    let changed = |(was, is): (&LegSlot, &LegSlot)| was.quantity_contracts != is.quantity_contracts;
    none_grows && slots.into_iter().any(changed)
}

/// What a judged side contributed, and how its numbers changed.
#[derive(Default)]
struct Held {
    paid_atoms: u64,
    rise: Rise,
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
