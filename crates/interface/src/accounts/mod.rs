//! Account layouts, one file per account. Each states its version byte, its fields with units, and
//! `invariant()`: what every writer must leave true.

mod auction;
mod collateral;
mod exercise;
mod expiry;
mod feed_clock;
mod fill_request;
mod insurance;
mod margin_account;
mod market;
mod offer;
mod protocol;
mod series;
mod vol_surface;

pub use auction::Auction;
pub use collateral::{Collateral, CollateralKind};
pub use exercise::{
    exercise_wait, ExerciseRequest, ExerciseSlot, Exercises, Outcome, EXERCISE_DEPOSIT_LAMPORTS,
    EXERCISE_LATE_SECONDS, EXERCISE_STANDS_SECONDS, EXERCISE_WINDOW_SECONDS, MAX_EXERCISES,
};
pub use expiry::{Expiry, ExpiryState, PointSlot, EXTRA_POINTS, MAX_POINTS};
pub use feed_clock::FeedClock;
pub use fill_request::{
    first_update, FillRequest, DECIDED_AFTER_SECONDS, DECIDING_WINDOW_SECONDS, EXECUTABLE_SECONDS,
    LATE_AFTER_SECONDS,
};
pub use insurance::{InsuranceFund, Stake};
pub use margin_account::{
    AccountState, CollateralSlot, ExpirySlot, LegSlot, MarginAccount, MAX_COLLATERALS,
    MAX_DELEGATES, MAX_EXPIRIES, MAX_LEGS, MAX_OWN_FEEDS,
};
pub use market::{Market, Shard, MARKET_PARTS, SHARD_COUNT};
pub use offer::{Offer, Pricing, Side};
pub use protocol::Protocol;
pub use series::{OptionKind, Series, MAX_SERIES};
pub use vol_surface::{
    StoredSurface, SurfaceNodes, SurfaceSubmission, SurfaceSums, VolSurface, PUBLISHER_COUNT,
};

/// Layout version every account of this release carries in its first field.
pub const LAYOUT_VERSION: u8 = 1;
