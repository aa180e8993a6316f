//! The time an average stands for.

use super::{Average, AVERAGE_SECONDS, BLEND_SECONDS};
use crate::settlement::POINT_SPACING_SECONDS;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::{mul_div_floor, UnixSeconds};

/// Points that are not final.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// m: those ahead and those past but undecided.
    all: u64,
    /// m': those ahead.
    ahead: u64,
    /// Seconds to the first of them.
    first_seconds: u64,
}

impl Average {
    /// Seconds an option of this expiry is priced at, rounded up. Two hours before expiry and earlier
    /// the time to it; in the last hour that of the average of the open points; between, linear from
    /// one to the other: falls by 4/3 s a second. The deviation of the settlement price, m/N times the
    /// root of this, only falls with time, and rises only when a point turns out missing.
    pub fn effective_seconds(&self, now: UnixSeconds) -> i64 {
        let left = self.expires_at.since(now);
        let glide = AVERAGE_SECONDS.saturating_add(BLEND_SECONDS);
        if left > AVERAGE_SECONDS {
            let into = u64_or_zero(glide.saturating_sub(left));
            let saved = mul_div_floor(self.saved_thousandths(), into, 1_000).unwrap_or(0);
            let saved = saved.checked_div(u64_or_zero(BLEND_SECONDS)).unwrap_or(0);
            return left.saturating_sub(i64_saturating(saved));
        }
        self.open(now).seconds_ceil()
    }

    /// 1 000 times the seconds by which an average of N points is earlier than its last point:
    /// 60 (N-1) - 60 (N-1)(2N-1)/(6N) = 10 (N-1)(4N+1)/N. Rounded down.
    fn saved_thousandths(&self) -> u64 {
        let n = u64::from(self.count).max(1);
        let factor = n.saturating_mul(4).saturating_add(1).saturating_mul(10_000);
        mul_div_floor(n.saturating_sub(1), factor, n).unwrap_or(0)
    }

    /// The points ahead are the last ones of the schedule, a minute apart, extended by one for each
    /// missing.
    fn open(&self, now: UnixSeconds) -> Open {
        let all = u64::from(self.count.saturating_sub(self.final_count));
        let spacing = u64_or_zero(POINT_SPACING_SECONDS);
        let extra = i64::from(self.missing_count).saturating_mul(POINT_SPACING_SECONDS);
        let to_last = self.expires_at.plus(extra).since(now);
        if to_last <= 0 || all == 0 {
            return Open {
                all,
                ahead: 0,
                first_seconds: 0,
            };
        }
        let to_last = u64_or_zero(to_last);
        let scheduled = to_last
            .saturating_sub(1)
            .checked_div(spacing)
            .unwrap_or(0)
            .saturating_add(1);
        let ahead = scheduled.min(all);
        let before_last = ahead.saturating_sub(1).saturating_mul(spacing);
        Open {
            all,
            ahead,
            first_seconds: to_last.saturating_sub(before_last),
        }
    }
}

impl Open {
    /// (m'/m)^2 (t1 + 60 (m'-1)(2m'-1)/(6m')) = m' (t1 m' + 10 (m'-1)(2m'-1)) / m^2, rounded up. With
    /// m' <= 30 and t1 <= 7 200 nothing exceeds 2^24.
    fn seconds_ceil(&self) -> i64 {
        let before = self.ahead.saturating_sub(1);
        let twice = self.ahead.saturating_add(before);
        let spread = before.saturating_mul(twice).saturating_mul(10);
        let moved = self.first_seconds.saturating_mul(self.ahead);
        let total = moved.saturating_add(spread).saturating_mul(self.ahead);
        let square = self.all.saturating_mul(self.all).max(1);
        i64_saturating(total.div_ceil(square))
    }
}
