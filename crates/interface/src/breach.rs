//! Whether a breach of maintenance margin counts now, or has to last first.

use crate::accounts::{MarginAccount, VolSurface};
use crate::snapshot::{Moment, Scene};
use crate::vols::Vols;
use anchor_lang::prelude::*;
use backstop_quantities::UnixSeconds;
use backstop_risk::volatility::{observe_breach, BreachState};

/// Judges an open account whose health(MM), in quote atoms, was found in `scene`. The second assessment,
/// at the averaged surface of five minutes ago, is made only where it can change the answer.
pub fn judge(
    account: &MarginAccount,
    health_mm_atoms: i64,
    scene: &Scene,
    stored: &VolSurface,
) -> Result<BreachState> {
    let now = UnixSeconds::new(scene.moment.now);
    let state =
        |earlier_atoms| observe_breach(account.noted(), health_mm_atoms, earlier_atoms, now);
    // As if the earlier surface saw no breach: if that is enough, it need not be asked.
    let held = match state(0) {
        BreachState::Held(since) => since,
        decided => return Ok(decided),
    };
    let max_age_seconds = scene.market.params.surface_max_age_seconds;
    let vols = Vols::earlier(stored, max_age_seconds, scene.moment.now);
    if vols.averaged == scene.moment.vols.averaged {
        return Ok(BreachState::Liquidatable(held));
    }
    let moment = Moment {
        vols,
        ..scene.moment.clone()
    };
    let before = Scene {
        moment: &moment,
        ..*scene
    };
    Ok(state(before.assess(account)?.health_mm()))
}
