//! A breach that only the newest surface sees has to last before it counts.

use backstop_quantities::UnixSeconds;

/// Seconds a breach must hold that would not exist at the averaged surface of five minutes ago.
pub const HOLD_SECONDS: i64 = 300;
/// Seconds after which an observation says nothing any more: who wants to seize shows the breach again
/// between [`HOLD_SECONDS`] and this.
pub const FORGET_SECONDS: i64 = 600;

/// Where an account stands after an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachState {
    /// Health is not negative; an earlier breach is forgotten.
    Healthy,
    /// In breach since the time given, but not yet long enough to be seized.
    Held(UnixSeconds),
    /// In breach since the time given, and to be seized.
    Liquidatable(UnixSeconds),
}

impl BreachState {
    /// When the breach was first seen, to be stored until the next observation.
    pub const fn since(self) -> Option<UnixSeconds> {
        match self {
            Self::Healthy => None,
            Self::Held(since) | Self::Liquidatable(since) => Some(since),
        }
    }
}

/// Judges an observation of health(MM) in quote atoms: at today's averaged surface, and at the
/// averaged surface of five minutes ago with everything else as it is now.
///
/// A breach at both counts at once. A breach at today's alone counts when 300 seconds have passed
/// since `since`, the first observation of this breach, and fewer than 600; an observation older than
/// that is forgotten, because nobody knows what was between. A health of 0 is none. A `since` in the
/// future counts as now.
pub fn observe_breach(
    since: Option<UnixSeconds>,
    health_atoms: i64,
    health_earlier_atoms: i64,
    now: UnixSeconds,
) -> BreachState {
    if health_atoms >= 0 {
        return BreachState::Healthy;
    }
    let kept = since.filter(|at| now.since(*at) < FORGET_SECONDS);
    let first = UnixSeconds::new(kept.map_or(now.get(), |at| at.get().min(now.get())));
    if health_earlier_atoms < 0 || now.since(first) >= HOLD_SECONDS {
        BreachState::Liquidatable(first)
    } else {
        BreachState::Held(first)
    }
}
