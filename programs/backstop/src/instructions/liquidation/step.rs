//! Which step of a liquidation is legal, and the one that only takes a note.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount};
use backstop_interface::action::Action;
use backstop_interface::event::{BreachCleared, BreachNoted};
use backstop_interface::snapshot::Moment;
use backstop_risk::liquidation::{conversion_covers, cured};
use backstop_risk::margin::Assessment;
use backstop_risk::volatility::{BreachState, Hold};

use super::Liquidate;

/// A debt still unpaid this long after its conversion began is liquidatable whatever the health.
const DEBT_GRACE_SECONDS: i64 = 1800;

/// The next legal step of an account.
pub(super) enum Step {
    Nothing,
    /// A breach that has to last is put on record, as of this second.
    Note(i64, Hold),
    /// The account has shown that it is healthy.
    Forget,
    Trigger,
    Cure,
    Estate,
}

impl Liquidate<'_> {
    pub(super) fn next_step(
        &self,
        account: &MarginAccount,
        assessment: &Assessment,
        moment: &Moment,
    ) -> Result<Step> {
        let action = Action::Liquidate;
        Ok(match account.state() {
            AccountState::Open if self.overdue(account, assessment, moment.now) => Step::Trigger,
            AccountState::Open => match self.risk.judge(action, account, assessment, moment)? {
                (BreachState::Liquidatable(_), _) => Step::Trigger,
                (BreachState::Held(since), hold)
                    if since.get() != account.noted_at || hold as u8 != account.note_reason =>
                {
                    Step::Note(since.get(), hold)
                }
                (BreachState::Healthy, _) if account.noted_at > 0 => Step::Forget,
                (BreachState::Held(_) | BreachState::Healthy, _) => Step::Nothing,
            },
            AccountState::Auction => {
                let params = self.risk.market.params.auction();
                let alive = account.has_live_legs(moment.now);
                // Nobody could take anything of it: what it owes converts as before.
                if cured(assessment, &params) && (alive || account.debt_atoms() == 0) {
                    Step::Cure
                } else if !alive || self.auction.elapsed(&self.risk.clock) >= params.end_seconds() {
                    Step::Estate
                } else {
                    Step::Nothing
                }
            }
            AccountState::Estate => Step::Nothing,
        })
    }

    /// Whether a debt has waited too long for its collateral to convert, and there is something to do about it: of an
    /// account at target no slice can be sold, and one whose collateral suffices needs no auction: the sale of that goes on,
    /// for anybody to take.
    fn overdue(&self, account: &MarginAccount, assessment: &Assessment, now: i64) -> bool {
        let due_at = account
            .conversion_started_at
            .saturating_add(DEBT_GRACE_SECONDS);
        let late = account.debt_atoms() > 0 && account.conversion_started_at > 0 && now >= due_at;
        let params = self.risk.market.params.auction();
        let (cash, debts) = (account.quote_atoms, account.debt_atoms());
        let converts = conversion_covers(assessment, cash, debts) || cured(assessment, &params);
        late && !(account.has_live_legs(now) && converts)
    }

    /// Writes or strikes out the note of a breach; the portfolio is as it was.
    pub(super) fn note(&self, step: &Step, health_mm_atoms: i64) -> Result<()> {
        let margin_account = self.margin_account.key();
        let (noted_at, hold) = match step {
            Step::Note(since, hold) => (*since, *hold),
            Step::Forget => (0, Hold::None),
            _ => return Ok(()),
        };
        self.margin_account.load_mut()?.note(noted_at, hold);
        if noted_at > 0 {
            emit!(BreachNoted {
                margin_account,
                health_mm_atoms,
                noted_at,
                reason: hold as u8
            });
        } else {
            emit!(BreachCleared {
                margin_account,
                health_mm_atoms
            });
        }
        Ok(())
    }
}
