//! A market as a list of prices, one every five seconds, and the same price for ever after the last.

use crate::candles::{Candle, Candles};
use crate::rng::Rng;

/// Seconds from one step of a path to the next.
pub const STEP_SECONDS: i64 = 5;

/// One published price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Step {
    /// Unix seconds.
    pub at: i64,
    /// Quote per whole underlying × 1e9.
    pub price: u64,
}

/// A market's prices: never empty, times strictly rising by [`STEP_SECONDS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// Turns every candle into open–low–high–close or open–high–low–close, as the seed decides for each row, with
    /// straight lines between. All four prices of every row appear exactly; the close is the row's last step.
    pub fn from_candles(candles: &Candles, seed: u64) -> Self {
        let mut rng = Rng::for_purpose(seed, "candles");
        let mut steps = Vec::new();
        for candle in candles.rows() {
            push_candle(&mut steps, candle, candles.step_seconds(), rng.next_bool());
        }
        Self { steps }
    }

    /// Joins points by straight lines. Points must be at least two, strictly rising in time and whole steps apart;
    /// otherwise `None`.
    pub fn from_points(points: &[Step]) -> Option<Self> {
        let mut steps = Vec::new();
        for pair in points.windows(2) {
            let [from, to] = pair else { return None };
            let length = to.at - from.at;
            if length <= 0 || length % STEP_SECONDS != 0 || from.price == 0 || to.price == 0 {
                return None;
            }
            push_line(&mut steps, *from, to.price, length / STEP_SECONDS);
        }
        steps.push(*points.last().filter(|_| points.len() >= 2)?);
        Some(Self { steps })
    }

    /// The same path with everything up to its low `fall_bps` / 10,000 times as far from the first price as it was, and
    /// the climb after the low `rebound_bps` / 10,000 of what it was. Rounded down; `None` if a price would not stay
    /// above zero or would not fit.
    pub fn made_worse(&self, fall_bps: u32, rebound_bps: u32) -> Option<Self> {
        let (first, low) = (i128::from(self.first().price), self.lowest());
        let scale = |distance: i128, bps: u32| (distance * i128::from(bps)).div_euclid(10_000);
        let new_low = first + scale(i128::from(low.price) - first, fall_bps);
        let worsen = |step: &Step| {
            let price = i128::from(step.price);
            let price = match step.at <= low.at {
                true => first + scale(price - first, fall_bps),
                false => new_low + scale(price - i128::from(low.price), rebound_bps),
            };
            let price = u64::try_from(price).ok().filter(|price| *price > 0)?;
            Some(Step { at: step.at, price })
        };
        Some(Self {
            steps: self.steps.iter().map(worsen).collect::<Option<_>>()?,
        })
    }

    /// All steps, oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The step at which the market begins; its price is the spot everything is scaled to.
    pub fn first(&self) -> Step {
        self.steps[0]
    }

    /// The step after which the price stays.
    pub fn last(&self) -> Step {
        self.steps[self.steps.len() - 1]
    }

    /// The earliest step with the lowest price.
    pub fn lowest(&self) -> Step {
        self.steps
            .iter()
            .copied()
            .min_by_key(|step| step.price)
            .unwrap_or(self.first())
    }

    /// The earliest step with the highest price.
    pub fn highest(&self) -> Step {
        self.steps
            .iter()
            .copied()
            .min_by_key(|step| std::cmp::Reverse(step.price))
            .unwrap_or(self.first())
    }

    /// The price in force at a time: that of the latest step not after it, the first price before the path begins,
    /// the last price for ever after it ends.
    pub fn price_at(&self, at: i64) -> u64 {
        let after = self.steps.partition_point(|step| step.at <= at);
        self.steps[after.saturating_sub(1)].price
    }
}

/// Appends one candle. The corners stand at 0, 1/3, 2/3 and the end of its steps.
fn push_candle(steps: &mut Vec<Step>, candle: &Candle, length_seconds: i64, high_first: bool) {
    let last = length_seconds / STEP_SECONDS - 1;
    let (second, third) = match high_first {
        true => (candle.high_price, candle.low_price),
        false => (candle.low_price, candle.high_price),
    };
    let corner = |index: i64, price| Step {
        at: candle.open_at + index * STEP_SECONDS,
        price,
    };
    let (at_second, at_third) = (last / 3, last * 2 / 3);
    push_line(steps, corner(0, candle.open_price), second, at_second);
    push_line(
        steps,
        corner(at_second, second),
        third,
        at_third - at_second,
    );
    push_line(
        steps,
        corner(at_third, third),
        candle.close_price,
        last - at_third,
    );
    steps.push(corner(last, candle.close_price));
}

/// Appends `count` steps from `from` towards `to_price`, the end itself excluded. Each price is the exact point of the
/// line rounded down (towards zero price), so the result never depends on the machine.
fn push_line(steps: &mut Vec<Step>, from: Step, to_price: u64, count: i64) {
    let rise = i128::from(to_price) - i128::from(from.price);
    for index in 0..count {
        let moved = (rise * i128::from(index)).div_euclid(i128::from(count));
        // Between two u64 values by construction; the fallback cannot be reached.
        let price = u64::try_from(i128::from(from.price) + moved).unwrap_or(from.price);
        steps.push(Step {
            at: from.at + index * STEP_SECONDS,
            price,
        });
    }
}
