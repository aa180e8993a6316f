//! Whether a breach of maintenance margin counts now, or has to last first.

use crate::accounts::{MarginAccount, VolSurface};
use crate::action;
use crate::snapshot::{Moment, Scene};
use crate::vols::Vols;
use anchor_lang::prelude::*;
use backstop_quantities::UnixSeconds;
use backstop_risk::volatility::{observe_breach, BreachState, Hold};

/// Judges an open account whose health(MM), in quote atoms, was found in `scene`; gives also why the breach has to
/// last, if it has. The second assessment, at the averaged surface of five minutes ago, is made only where it can
/// change the answer.
pub fn judge(
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
    let shown = match action::far_from_average(&scene.moment.price) {
        true => state(Hold::Price),
        false => state(Hold::None),
    };
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
