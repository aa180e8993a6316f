//! What the model says a contract is worth, and what selling it costs.

use backstop_client::SeriesKeys;
use backstop_interface::vols::Vols;
use backstop_quantities::Price;
use backstop_risk::pricing::option_price;
use backstop_testkit::Stage;

use super::CONTRACT;

/// Model price of a contract now, at the averaged surface and more than two hours before expiry, quote scaled 1e9.
pub fn mark(stage: &Stage, series: &SeriesKeys) -> u64 {
    mark_in(stage, series, series.expiry.expires_at - stage.world.now())
}

/// The same with as many seconds to go.
pub fn mark_in(stage: &Stage, series: &SeriesKeys, seconds: i64) -> u64 {
    let (now, spot) = (stage.world.now(), stage.price_update().price());
    let max_age = stage.view().market.params.surface_max_age_seconds;
    let vols = Vols::of(&stage.vol_surface(), max_age, now);
    let strike = Price::new(series.strike_price);
    let vol = vols.averaged.vol(spot, strike, seconds);
    option_price(series.kind.into(), spot, strike, vol, seconds).get()
}

/// Fee of a sale now at a premium per contract, in quote atoms: 2 % of the larger of premium and mark.
pub fn sale_fee(stage: &Stage, series: &SeriesKeys, contracts: u64, premium_price: u64) -> u64 {
    let price = u128::from(premium_price.max(mark(stage, series)));
    // Contracts in millionths times a price in billionths, in millionths of a quote.
    let basis = (u128::from(contracts) * price).div_ceil(1_000 * u128::from(CONTRACT));
    u64::try_from(basis.div_ceil(50)).expect("small")
}
