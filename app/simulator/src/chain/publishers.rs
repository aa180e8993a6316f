//! The three volatility publishers: volatility rises with what the price has just done.

use std::collections::VecDeque;

use backstop_interface::accounts::StoredSurface;
use backstop_risk::surface::{MAX_VOL_PPM, MIN_VOL_PPM};

use super::theatre::Theatre;

/// How far back a publisher looks.
const WINDOW_SECONDS: i64 = 600;
/// One of the three submits so often: each of them three times as seldom.
const TURN_SECONDS: i64 = 60;
/// Volatility added for a range of the whole price within the window, in units of 100 % a year: a fall by a quarter in
/// ten minutes adds 125 %.
const RANGE_WEIGHT: u64 = 5;
/// What each publisher's opinion differs by, ppm of the volatility.
const OPINIONS_PPM: [u64; 3] = [970_000, 1_000_000, 1_040_000];
/// Part of the rise that reaches the tenors of 1, 7, 14, 30, 90 and 180 days, as a divisor in tenths: stress is short,
/// but no divisor grows faster than the root of time, or total variance would fall from one tenor to the next.
const RISE_DIVISORS_TENTHS: [u64; 6] = [10, 20, 28, 40, 69, 97];

/// What the publishers have seen.
#[derive(Debug, Default)]
pub(super) struct Publishers {
    seen: VecDeque<(i64, u64)>,
    turn: usize,
    last_at: i64,
}

impl Publishers {
    /// Remembers a price.
    pub fn see(&mut self, at: i64, price: u64) {
        self.seen.push_back((at, price));
        while self
            .seen
            .front()
            .is_some_and(|(then, _)| *then < at - WINDOW_SECONDS)
        {
            self.seen.pop_front();
        }
    }

    /// Highest less lowest price of the window, ppm of the highest, rounded down.
    fn range_ppm(&self) -> u64 {
        let prices = || self.seen.iter().map(|(_, price)| *price);
        let (Some(low), Some(high)) = (prices().min(), prices().max()) else {
            return 0;
        };
        u64::try_from(u128::from(high - low) * 1_000_000 / u128::from(high.max(1))).unwrap_or(0)
    }
}

/// The surface of one publisher: the scenario's volatility and what the range adds at each tenor.
fn surface(volatility_ppm: u32, range_ppm: u64, opinion_ppm: u64) -> StoredSurface {
    let (least, most) = (u64::from(MIN_VOL_PPM), u64::from(MAX_VOL_PPM));
    let atm_vol_ppm = RISE_DIVISORS_TENTHS.map(|divisor| {
        let vol = u64::from(volatility_ppm) + range_ppm * RANGE_WEIGHT * 10 / divisor;
        u32::try_from((vol * opinion_ppm / 1_000_000).clamp(least, most)).unwrap_or(MAX_VOL_PPM)
    });
    StoredSurface {
        atm_vol_ppm,
        skew_ppm: -20_000,
        curvature_ppm: 10_000,
    }
}

/// All three submit what they think at the opening.
pub(super) fn open(theatre: &mut Theatre) -> anyhow::Result<()> {
    let volatility_ppm = theatre.input.scenario.market.volatility_ppm;
    for (publisher, opinion) in theatre.stage.publishers.into_iter().zip(OPINIONS_PPM) {
        let outcome = theatre
            .stage
            .submit_surface(publisher, &surface(volatility_ppm, 0, opinion));
        theatre.land("submit_surface", outcome)?;
    }
    theatre.publishers.last_at = theatre.now();
    Ok(())
}

/// The publisher whose turn it is submits, if it is time.
pub(super) fn act(theatre: &mut Theatre) -> anyhow::Result<()> {
    let (now, price) = (theatre.now(), theatre.price());
    theatre.publishers.see(now, price);
    if now < theatre.publishers.last_at + TURN_SECONDS {
        return Ok(());
    }
    theatre.publishers.last_at = now;
    let turn = theatre.publishers.turn;
    theatre.publishers.turn = (turn + 1) % OPINIONS_PPM.len();
    let range = theatre.publishers.range_ppm();
    let submitted = surface(
        theatre.input.scenario.market.volatility_ppm,
        range,
        OPINIONS_PPM[turn],
    );
    let publisher = theatre.stage.publishers[turn];
    let outcome = theatre.stage.submit_surface(publisher, &submitted);
    theatre.attempt("submit_surface", outcome)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use backstop_risk::surface::Surface;

    #[test]
    fn every_surface_a_publisher_may_submit_is_valid() {
        for volatility in [10_000, 400_000, 1_200_000, 10_000_000] {
            for range in [0, 50_000, 300_000, 1_000_000] {
                for opinion in OPINIONS_PPM {
                    let surface: Surface = surface(volatility, range, opinion).into();
                    assert_eq!(surface.validate(), Ok(()), "{volatility} {range} {opinion}");
                }
            }
        }
    }

    #[test]
    fn old_prices_are_forgotten() {
        let mut publishers = Publishers::default();
        publishers.see(0, 100);
        publishers.see(500, 75);
        assert_eq!(publishers.range_ppm(), 250_000);
        publishers.see(700, 75);
        assert_eq!(publishers.range_ppm(), 0);
    }
}
