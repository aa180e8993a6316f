//! I7 and I8 on the portfolios that come about: the requirement behaves.
//!
//! For every open account an instruction changed: requirements are never negative, health(IM) never above
//! health(MM), and a thousand quote more raise both healths by a thousand quote. The laws themselves, over random
//! portfolios and with the classes where they fail, are `docs/margin-laws.md`; this is the chain's state put
//! through the same kernel. Why: a requirement that falls when it should not is margin that can be evaded.
//! Tolerance: the rounding of an assessment between the tiers, otherwise none.

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
    more(&whole, &richer, &who.to_string())
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
}
