//! What a margin computation is given, and what it answers.

use crate::pricing::Kind;
use backstop_quantities::{Contracts, Price, Vol};

/// Expiries an account may hold legs in.
pub const EXPIRY_COUNT: usize = 8;
/// Legs an account may hold.
pub const MAX_LEGS: usize = 32;
/// Collaterals an account may hold.
pub const MAX_HOLDINGS: usize = 8;
/// Greatest single amount, quote atoms (7.2e10 quote).
pub const MAX_AMOUNT_ATOMS: u64 = 1 << 56;
/// Greatest leg a program may let an account hold, quote atoms at its strike (1.4e8 quote). The kernel
/// computes a leg up to 2^53 atoms at spot; a strike is at least a fifth of spot when it is listed, so the
/// account can be judged, and seized, up to twelve times that spot.
pub const MAX_LEG_ATOMS: u64 = 1 << 47;

/// Whether an account may come to hold so many contracts of this strike, long or short: at most
/// [`MAX_LEG_ATOMS`], rounded up.
pub fn leg_fits(quantity: Contracts, strike: Price) -> bool {
    let worth = quantity.value_ceil(strike);
    worth.is_some_and(|worth| worth.get() <= MAX_LEG_ATOMS)
}

/// A position in one series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Call or put.
    pub kind: Kind,
    /// Strike.
    pub strike: Price,
    /// Seconds to expiry; at or below 0 the leg is worth intrinsic.
    pub seconds_to_expiry: i64,
    /// Contracts, > 0 long, < 0 short.
    pub quantity: Contracts,
    /// Volatility of this strike and expiry on the averaged surface; staleness never moves it.
    pub vol: Vol,
    /// How far initial margin's volatility may lie from `vol`, either way, staleness included, ppm a year.
    pub vol_gap_ppm: u32,
    /// The account's slot of this expiry, below [`EXPIRY_COUNT`].
    pub expiry_index: u8,
}

/// Collateral of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Worth at the oracle price, quote atoms, no haircut, rounded down by the caller.
    pub value_atoms: u64,
    /// Worth at initial margin, quote atoms, rounded down, at most `value_atoms`.
    pub im_atoms: u64,
    /// Worth at maintenance margin, quote atoms, rounded down, at most `value_atoms`.
    pub mm_atoms: u64,
    /// Units of the underlying this is, scaled 1e6; 0 if it is not the underlying.
    pub contracts_equivalent: u64,
    /// Whether its price moves with the spot in a scenario.
    pub moves_with_spot: bool,
    /// Part of its worth lost per unit of fall of the spot, beyond moving with it, ppb; at most
    /// [`crate::params::WRONG_WAY`].
    pub wrong_way_ppb: u64,
}

/// How net positive option value of one expiry counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credit {
    /// The expiry pays as far as anyone knows.
    #[default]
    Whole,
    /// It holds an estate, or is over and not paid.
    Impaired {
        /// Estimated haircut of its payoffs, ppb; above 1e9 counts as 1e9.
        haircut_ppb: u64,
    },
}

/// What an expiry brings to the account besides its legs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpiryTerms {
    /// How its net positive value counts.
    pub credit: Credit,
    /// Value of the account's legs in it that no longer depends on the price (the known part of the
    /// settlement average), quote atoms, rounded down.
    pub certain_atoms: i64,
}

/// Every expiry pays, and nothing is certain yet.
pub const PLAIN_EXPIRIES: [ExpiryTerms; EXPIRY_COUNT] = [ExpiryTerms {
    credit: Credit::Whole,
    certain_atoms: 0,
}; EXPIRY_COUNT];

/// All a margin account holds, at one price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Portfolio<'a> {
    /// Spot of the underlying.
    pub spot: Price,
    /// Oracle confidence / price, ppb.
    pub confidence_ppb: u64,
    /// Quote of the account.
    pub quote_atoms: u64,
    /// What the account owes.
    pub debt_atoms: u64,
    /// Collateral other than quote.
    pub holdings: &'a [Holding],
    /// Option legs.
    pub legs: &'a [Leg],
    /// The account's expiries by slot.
    pub expiries: &'a [ExpiryTerms; EXPIRY_COUNT],
}

/// The outcome of a margin computation. Money in quote atoms, values rounded down, requirements up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assessment {
    /// What the account is worth: no haircut but that of expiries that do not pay all.
    pub value: i64,
    /// V at initial margin.
    pub v_im: i64,
    /// V at maintenance margin.
    pub v_mm: i64,
    /// Requirement at initial margin.
    pub r_im: i64,
    /// Requirement at initial margin at the least scale; see [`super::Regime::least_scale_ppb`].
    pub r_im_least: i64,
    /// Requirement at maintenance margin.
    pub r_mm: i64,
    /// The scenario with the greatest damped loss at maintenance; see [`super::describe`].
    pub worst_scenario: u8,
    /// What each expiry loses in that scenario at maintenance, at least 0.
    pub loss_by_expiry: [i64; EXPIRY_COUNT],
    /// What each expiry is worth to the account now: no credit, and no haircut but that of one that does not pay all.
    pub value_by_expiry: [i64; EXPIRY_COUNT],
    /// The same as maintenance margin counts it.
    pub counted_by_expiry: [i64; EXPIRY_COUNT],
    /// What each expiry's loss in that scenario makes of `r_mm`, rounded up.
    pub required_by_expiry: [i64; EXPIRY_COUNT],
    /// What the account would owe beyond all it has, 1.5 scan ranges down and 2 up, volatility up: no
    /// damping, credit or haircut but that of expiries that do not pay all.
    pub uncovered_atoms: [u64; 2],
}

impl Assessment {
    /// V - R at initial margin: adding risk or taking value out needs >= 0.
    pub const fn health_im(&self) -> i64 {
        self.v_im.saturating_sub(self.r_im)
    }

    /// The same with initial margin at the least scale.
    #[must_use]
    pub const fn at_least_scale(&self) -> Self {
        Self {
            r_im: self.r_im_least,
            ..*self
        }
    }

    /// V - R at maintenance margin: liquidatable below 0.
    pub const fn health_mm(&self) -> i64 {
        self.v_mm.saturating_sub(self.r_mm)
    }

    /// S, the stressed part: value - health(MM).
    pub const fn stress(&self) -> i64 {
        self.value.saturating_sub(self.health_mm())
    }
}
