//! Whether a breach of maintenance margin counts now, or has to last first.

use crate::accounts::{FeedClock, MarginAccount, VolSurface};
use crate::action::Action;
use crate::snapshot::{Moment, Scene};
use crate::vols::Vols;
use anchor_lang::prelude::*;
use backstop_quantities::UnixSeconds;
use backstop_risk::volatility::{observe_breach, BreachState, Hold};

/// Seconds after a proven gap of a feed in which nobody is seized at a price of it.
const GRACE_SECONDS: i64 = 120;

/// Unix second from which an account of this health(MM), in quote atoms, may be seized: two minutes after the last proven
/// gap of the market's feed, whose `clock` this is, or of the feed of a collateral it holds. Of that it must hold as
/// much as it lacks: a crumb buys nobody time.
pub fn grace_ends_at(
    account: &MarginAccount,
    health_mm_atoms: i64,
    clock: &FeedClock,
    moment: &Moment,
) -> i64 {
    let lacking_atoms = health_mm_atoms.min(0).unsigned_abs();
    let of_collateral = moment.quotes.gap_ended_at(account, lacking_atoms);
    let gap_ended_at = of_collateral.max(clock.gap_ended_at);
    gap_ended_at.saturating_add(GRACE_SECONDS)
}

/// Why a breach `action` finds has to last whatever the surface, as the rows of the action and of the collaterals it
/// reads say: the market's price is asked first, then those of the collaterals the account holds.
fn hold_by_price(action: Action, account: &MarginAccount, moment: &Moment) -> Hold {
    if action.is_held_by(&moment.price) {
        return Hold::Price;
    }
    let slot = moment.quotes.held_slot(action.collateral(), account);
    slot.map_or(Hold::None, Hold::of_collateral)
}

/// Judges an open account whose health(MM), in quote atoms, `action` found in `scene`; gives also why the breach has to
/// last, if it has. The second assessment, at the averaged surface of five minutes ago, is made only where it can
/// change the answer.
pub fn judge(
    action: Action,
    account: &MarginAccount,
    health_mm_atoms: i64,
    scene: &Scene,
    stored: &VolSurface,
) -> Result<(BreachState, Hold)> {
    let now = UnixSeconds::new(scene.moment.now);
    // A note counts only for what it was taken for.
    let state = |hold: Hold| {
        let since = account
            .noted()
            .filter(|_| account.note_reason == hold as u8);
        (observe_breach(since, health_mm_atoms, hold, now), hold)
    };
    // A price far away has to be found again before anything else is asked.
    let shown = state(hold_by_price(action, account, scene.moment));
    if !matches!(shown.0, BreachState::Liquidatable(_)) {
        return Ok(shown);
    }
    // As if the earlier surface saw no breach: if that is enough, it need not be asked.
    let longest = state(Hold::Surface);
    if !matches!(longest.0, BreachState::Held(_)) {
        return Ok(longest);
    }
    let max_age_seconds = scene.market.params.surface_max_age_seconds;
    let vols = Vols::earlier(stored, max_age_seconds, scene.moment.now);
    if vols.averaged == scene.moment.vols.averaged {
        return Ok(shown);
    }
    let moment = Moment {
        vols,
        ..scene.moment.clone()
    };
    let before = Scene {
        moment: &moment,
        ..*scene
    };
    Ok(match before.assess(account)?.health_mm() < 0 {
        true => shown,
        false => longest,
    })
}
