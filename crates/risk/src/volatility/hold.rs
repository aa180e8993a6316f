//! A breach that only the newest surface sees, or one at a price far from its feed's average, has to last before
//! it counts.

use backstop_quantities::UnixSeconds;

/// Seconds a breach must hold that would not exist at the averaged surface of five minutes ago.
pub const HOLD_SECONDS: i64 = 300;
/// Seconds after which an observation of such a breach says nothing any more: who wants to seize shows the breach
/// again between [`HOLD_SECONDS`] and this.
pub const FORGET_SECONDS: i64 = 600;
/// Seconds a breach must hold at a price far from its feed's average; twice that and it is forgotten.
pub const FAR_HOLD_SECONDS: i64 = 30;

/// Why a breach has to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Hold {
    /// It has not: it counts at once.
    None = 0,
    /// The averaged surface of five minutes ago, everything else as it is now, sees none.
    Surface = 1,
    /// The price is far from its feed's average.
    Price = 2,
    /// So is that of the collateral in the first slot for feeds of their own, and the market's is not.
    FirstCollateral = 3,
    /// So is that of the collateral in the second such slot alone.
    SecondCollateral = 4,
}

impl Hold {
    /// The reason of a collateral, by its slot among those with feeds of their own.
    pub const fn of_collateral(slot: usize) -> Self {
        match slot {
            0 => Self::FirstCollateral,
            _ => Self::SecondCollateral,
        }
    }

    /// Seconds it must last.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Surface => HOLD_SECONDS,
            Self::Price | Self::FirstCollateral | Self::SecondCollateral => FAR_HOLD_SECONDS,
        }
    }

    /// Seconds from which an earlier observation says nothing any more.
    pub const fn forget_seconds(self) -> i64 {
        match self {
            Self::None | Self::Surface => FORGET_SECONDS,
            Self::Price | Self::FirstCollateral | Self::SecondCollateral => {
                FAR_HOLD_SECONDS + FAR_HOLD_SECONDS
            }
        }
    }
}

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

/// Judges an observation of health(MM) in quote atoms that has to last as `hold` says.
///
/// It counts when so many seconds have passed since `since`, the first observation of this breach, and fewer than
/// twice as many; an observation older than that is forgotten, because nobody knows what was between. A health of 0
/// is none. A `since` in the future counts as now.
pub fn observe_breach(
    since: Option<UnixSeconds>,
    health_atoms: i64,
    hold: Hold,
    now: UnixSeconds,
) -> BreachState {
    if health_atoms >= 0 {
        return BreachState::Healthy;
    }
    let kept = since.filter(|at| now.since(*at) < hold.forget_seconds());
    let first = UnixSeconds::new(kept.map_or(now.get(), |at| at.get().min(now.get())));
    if now.since(first) >= hold.seconds() {
        BreachState::Liquidatable(first)
    } else {
        BreachState::Held(first)
    }
}
