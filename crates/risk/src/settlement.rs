//! Settlement price of an expiry: the mean of one price a minute, each proven by the unique oracle
//! update that crosses its second.

use crate::pricing::{intrinsic, Kind};
use backstop_quantities::{Price, UnixSeconds};
use core::fmt;

/// Seconds between two points.
pub const POINT_SPACING_SECONDS: i64 = 60;
/// An update counts for a point if it is published at most this long after it.
pub const POINT_WINDOW_SECONDS: i64 = 30;
/// Time after its first submission in which an unproven point may be replaced.
pub const CHALLENGE_SECONDS: i64 = 900;
/// Confidence a point accepts, as parts of the price: 1/50 (2 %).
pub const MAX_CONFIDENCE_PARTS: u64 = 50;
/// Minutes that may be added after expiry for missing points.
pub const MAX_EXTRA_POINTS: u8 = 60;

/// How far a point is decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum PointStatus {
    /// Nothing submitted.
    #[default]
    Undecided = 0,
    /// Holds a price that may still be replaced.
    Provisional = 1,
    /// Holds its price for good.
    Final = 2,
    /// Proven to have no usable update.
    Missing = 3,
}

impl PointStatus {
    /// The status with this number.
    pub const fn from_u8(raw: u8) -> Option<Self> {
        match raw {
            0 => Some(Self::Undecided),
            1 => Some(Self::Provisional),
            2 => Some(Self::Final),
            3 => Some(Self::Missing),
            _ => None,
        }
    }
}

/// One minute of the settlement average.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// Price held, 0 unless provisional or final.
    pub price: Price,
    /// Publish time of the update held.
    pub publish_at: UnixSeconds,
    /// When the first price was submitted.
    pub first_submitted_at: UnixSeconds,
    /// Status as stored; see [`Point::status_at`].
    pub status: PointStatus,
}

/// An oracle update offered for a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its publish time.
    pub publish_at: UnixSeconds,
    /// Publish time of the update before it.
    pub prev_publish_at: UnixSeconds,
    /// Price.
    pub price: Price,
    /// Confidence interval, same scale as the price.
    pub confidence: Price,
}

/// Why an update was not accepted for a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementError {
    /// The point is already decided.
    AlreadyDecided,
    /// The update is published after the present.
    FromTheFuture,
    /// The update is published before the point.
    BeforePoint,
    /// The update neither decides the point nor lies within its window.
    OutsideWindow,
    /// Its confidence interval is too wide to hold provisionally.
    TooUncertain,
    /// An update at least as early is already held.
    NotEarlier,
    /// The price is 0.
    ZeroPrice,
}

impl fmt::Display for SettlementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyDecided => "the point is already decided",
            Self::FromTheFuture => "the update is published after the present",
            Self::BeforePoint => "the update is published before the point",
            Self::OutsideWindow => "the update neither decides the point nor lies in its window",
            Self::TooUncertain => "the confidence interval is wider than 2 % of the price",
            Self::NotEarlier => "an update at least as early is already held",
            Self::ZeroPrice => "the price is zero",
        })
    }
}

impl core::error::Error for SettlementError {}

impl Update {
    /// Whether the confidence interval is at most 2 % of the price.
    fn is_certain(&self) -> bool {
        let scaled = self.confidence.get().checked_mul(MAX_CONFIDENCE_PARTS);
        scaled.is_some_and(|parts| parts <= self.price.get())
    }
}

impl Point {
    /// The status at `now`: a provisional point is final 15 minutes after its first submission.
    pub fn status_at(&self, now: UnixSeconds) -> PointStatus {
        match self.status {
            PointStatus::Provisional if now.since(self.first_submitted_at) >= CHALLENGE_SECONDS => {
                PointStatus::Final
            }
            stored => stored,
        }
    }
}

/// Time of point `index` of `count`: the last one at expiry, one a minute before it, added ones
/// (`index >= count`) one a minute after it.
pub fn point_time(expiry: UnixSeconds, count: u8, index: u8) -> UnixSeconds {
    let minutes = i64::from(index)
        .saturating_add(1)
        .saturating_sub(i64::from(count));
    expiry.plus(minutes.saturating_mul(POINT_SPACING_SECONDS))
}

/// The point after `update` was submitted for it at `now`.
///
/// The update with `prev < point_at <= publish` decides: final if it is published within 30 seconds
/// and its confidence is at most 2 %, otherwise the point is missing. Short of proof the earliest
/// update within the window is held, replaceable for 15 minutes.
///
/// # Errors
/// See [`SettlementError`]; nothing changes then.
pub fn submit(
    point: &Point,
    point_at: UnixSeconds,
    update: &Update,
    now: UnixSeconds,
) -> Result<Point, SettlementError> {
    let status = point.status_at(now);
    check(status, point_at, update, now)?;
    let in_window = update.publish_at.since(point_at) <= POINT_WINDOW_SECONDS;
    let certain = update.is_certain();
    let held = |status| Point {
        price: update.price,
        publish_at: update.publish_at,
        first_submitted_at: match point.status {
            PointStatus::Provisional => point.first_submitted_at,
            _ => now,
        },
        status,
    };
    if update.prev_publish_at < point_at {
        return Ok(if in_window && certain {
            held(PointStatus::Final)
        } else {
            Point {
                price: Price::ZERO,
                ..held(PointStatus::Missing)
            }
        });
    }
    if !in_window {
        return Err(SettlementError::OutsideWindow);
    }
    if !certain {
        return Err(SettlementError::TooUncertain);
    }
    if status == PointStatus::Provisional && update.publish_at >= point.publish_at {
        return Err(SettlementError::NotEarlier);
    }
    Ok(held(PointStatus::Provisional))
}

fn check(
    status: PointStatus,
    point_at: UnixSeconds,
    update: &Update,
    now: UnixSeconds,
) -> Result<(), SettlementError> {
    if matches!(status, PointStatus::Final | PointStatus::Missing) {
        return Err(SettlementError::AlreadyDecided);
    }
    if update.publish_at > now {
        return Err(SettlementError::FromTheFuture);
    }
    if update.publish_at < point_at {
        return Err(SettlementError::BeforePoint);
    }
    if update.price.is_zero() {
        return Err(SettlementError::ZeroPrice);
    }
    Ok(())
}

/// What the points say so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownPoints {
    /// Points that are final, at most the number the average has.
    pub final_count: u8,
    /// Sum of their prices, quote scaled 1e9.
    pub final_sum: u128,
    /// Points proven missing, at most [`MAX_EXTRA_POINTS`] of them counted.
    pub missing_count: u8,
    /// Whether every point that is needed is final or missing.
    pub decided: bool,
}

/// Goes through the points an average of `count` needs at `now`: each missing one calls for one more after
/// expiry, up to 60. `None` if `point` does not give one of them.
pub fn known_points(
    point: impl Fn(usize) -> Option<Point>,
    count: u8,
    now: UnixSeconds,
) -> Option<KnownPoints> {
    let mut known = KnownPoints {
        decided: true,
        ..KnownPoints::default()
    };
    let mut index = 0u8;
    while index < count.saturating_add(known.missing_count) {
        let next = point(usize::from(index))?;
        match next.status_at(now) {
            PointStatus::Final => {
                known.final_count = known.final_count.saturating_add(1);
                known.final_sum = known.final_sum.saturating_add(next.price.get().into());
            }
            PointStatus::Missing if known.missing_count < MAX_EXTRA_POINTS => {
                known.missing_count = known.missing_count.saturating_add(1);
            }
            PointStatus::Missing => {}
            PointStatus::Undecided | PointStatus::Provisional => known.decided = false,
        }
        index = index.saturating_add(1);
    }
    Some(known)
}

/// The settlement price once every point is decided and two thirds of `count` are final: the mean of
/// the final ones, rounded down (less than 1e-9 quote).
///
/// `points` must be long enough to hold those that stand in for missing ones, otherwise nothing is decided
/// yet.
pub fn settlement_price(points: &[Point], count: u8, now: UnixSeconds) -> Option<Price> {
    let known = known_points(|index| points.get(index).copied(), count, now)?;
    let finals = u64::from(known.final_count);
    if !known.decided
        || finals == 0
        || finals.saturating_mul(3) < u64::from(count).saturating_mul(2)
    {
        return None;
    }
    let mean = known.final_sum.checked_div(u128::from(finals))?;
    u64::try_from(mean).ok().map(Price::new)
}

/// What one contract pays at the settlement price. Exact.
pub const fn payoff(kind: Kind, strike: Price, price: Price) -> Price {
    intrinsic(kind, price, strike)
}
