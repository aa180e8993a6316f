//! I5: whoever adds risk or takes value out is at initial margin afterwards, and nothing else makes an account
//! worse.
//!
//! After an instruction that adds risk or lets value leave, every open account it changed has health(IM) ≥ 0, or
//! one not lower than before it at the same price. After any other instruction that is not a step of
//! liquidation or settlement it is not lower; a long call brought in may release cover (`docs/margin-laws.md`)
//! and is left out. Both assessments are made here, from the bytes of the accounts, at the published price. Why:
//! a withdrawal below initial margin is a loss handed to the others. Tolerance: the rounding of two assessments;
//! none for the first clause.

use backstop_interface::accounts::{AccountState, MarginAccount};
use backstop_interface::snapshot::Purpose;

use super::act::{assess, Act};
use super::{ensure, Violation};

/// What adds risk to the accounts it names, or lets value leave them.
const GATED: [(&str, Purpose); 9] = [
    ("withdraw", Purpose::Withdrawal),
    ("withdraw_option", Purpose::Withdrawal),
    ("write_option", Purpose::Withdrawal),
    ("fill_offer", Purpose::Risk),
    ("sweep", Purpose::Risk),
    ("fill_quote", Purpose::Risk),
    ("execute_fill", Purpose::Risk),
    ("transfer_leg", Purpose::Risk),
    ("bid", Purpose::Risk),
];

/// Steps of liquidation and settlement, which change accounts without asking them; and the one that may
/// release cover.
const IMPOSED: [&str; 8] = [
    "synchronise",
    "deposit_option",
    "liquidate",
    "convert",
    "repay",
    "settle_account",
    "close_estate",
    "bid_recapitalisation",
];

/// Rounding of two assessments of accounts as large as those of the tests, in quote atoms.
const ROUNDING_ATOMS: i64 = 4_000;

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    if IMPOSED.contains(&act.name) {
        return Ok(());
    }
    let Some(view) = act.view() else {
        return Ok(());
    };
    let gate = GATED.iter().find(|(name, _)| *name == act.name);
    for (address, was, now) in act.changed() {
        if was.state() != AccountState::Open || !exposed(now) {
            continue;
        }
        let purpose = gate.map_or(Purpose::Risk, |(_, purpose)| *purpose);
        let health = assess(&view, purpose, now, act)?.health_im();
        if gate.is_some() && health >= 0 {
            continue;
        }
        let had = assess(&view, purpose, was, act)?.health_im();
        let (invariant, least) = match gate {
            Some(_) => ("I5 initial margin", had),
            None => ("I5 health lowered", had.saturating_sub(ROUNDING_ATOMS)),
        };
        ensure(health >= least, invariant, || {
            format!(
                "{address}: health(IM) {health} after {}, {had} before",
                act.name
            )
        })?;
    }
    Ok(())
}

fn exposed(account: &MarginAccount) -> bool {
    account.legs.iter().any(|leg| leg.quantity_contracts != 0) || account.debt_atoms() > 0
}
