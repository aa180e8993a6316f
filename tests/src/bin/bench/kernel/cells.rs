//! The cells of a portfolio, one by one: which option at which spot and volatility. Shared with
//! `bench/native`.

use backstop_quantities::{Price, Vol};
use backstop_risk::margin::{describe, Leg, MarginParams, Portfolio, VolMove};
use backstop_risk::pricing::Kind;

const MONTH: f64 = 2_592_000.0;

/// One leg in one scenario.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub kind: Kind,
    pub spot: Price,
    pub strike: Price,
    pub vol: Vol,
    pub seconds: i64,
}

/// Every cell of a portfolio: legs in each of the scenarios.
pub fn cells(portfolio: &Portfolio) -> Vec<Cell> {
    let params = MarginParams::default();
    let scenarios = (0..=u8::MAX).map_while(|index| describe(index, &params));
    let of = |spot_ppb: u64, vol: VolMove| {
        let spot = u128::from(portfolio.spot.get()) * u128::from(spot_ppb) / 1_000_000_000;
        let spot = Price::new(spot as u64);
        portfolio.legs.iter().map(move |leg| Cell {
            kind: leg.kind,
            spot,
            strike: leg.strike,
            vol: shocked(leg, vol, &params),
            seconds: leg.seconds_to_expiry,
        })
    };
    scenarios
        .flat_map(|scenario| of(scenario.spot_ppb, scenario.vol))
        .collect()
}

/// Volatility of a scenario, near enough; the tilts, at most a quarter, are left out.
fn shocked(leg: &Leg, vol_move: VolMove, params: &MarginParams) -> Vol {
    let vol = f64::from(leg.vol.get());
    let scale = MONTH / leg.seconds_to_expiry as f64;
    let scale = scale.powf(if scale > 1.0 { 0.30 } else { 0.13 });
    let floor = params.vol_floor_ppm as f64;
    let shocked = match vol_move {
        VolMove::Up => (vol * (1.0 + params.vol_up_ppb as f64 / 1e9 * scale)).max(floor),
        VolMove::Down => {
            let down = vol * (1.0 - params.vol_down_ppb as f64 / 1e9 * scale);
            down.max(floor).min(vol)
        }
        _ => vol,
    };
    Vol::new(shocked as u32)
}
