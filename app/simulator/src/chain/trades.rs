//! From the scenario's books to trades: who sells how much of which series to whom, at what premium.

use std::collections::BTreeMap;

use anyhow::{ensure, Context};
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::OptionKind;
use backstop_quantities::{Atoms, Contracts, Price, Vol};
use backstop_risk::fees::FeeParams;
use backstop_risk::pricing::{option_price, Kind as RiskKind};

use crate::input::Input;
use crate::scenario::{contracts_for_notional_floor, strike_near, Kind, Leg, Side, Writer};

/// Sells what writers are long: a writer of its own with much collateral.
pub(super) const HOUSE: &str = "House";
/// What a buyer pays above the model's price, bps.
const MARKUP_BPS: u64 = 200;

/// Where the contracts go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taker {
    /// Tokens in a wallet.
    Wallet(String),
    /// A ledger long in a margin account.
    Ledger(String),
}

/// One offer and the fill that takes all of it.
#[derive(Debug, Clone)]
pub(super) struct Trade {
    /// Writes.
    pub seller: String,
    /// Buys.
    pub taker: Taker,
    /// What.
    pub series: SeriesKeys,
    /// How much, millionths of a contract.
    pub contracts: u64,
    /// Premium, quote per contract scaled 1e9.
    pub premium_price: u64,
}

impl Trade {
    /// Premium in quote atoms, rounded up as the program does.
    pub fn premium_atoms(&self) -> u64 {
        let size = i64::try_from(self.contracts).map(Contracts::new).ok();
        let worth = size.and_then(|size| size.value_ceil(Price::new(self.premium_price)));
        worth.map_or(u64::MAX, Atoms::get)
    }

    /// What the seller pays for it at a spot, quote atoms, as the program reckons.
    pub fn fee_atoms(&self, fees: &FeeParams, spot: Price) -> anyhow::Result<u64> {
        let size = i64::try_from(self.contracts).map(Contracts::new)?;
        let notional = size.value_ceil(spot).context("too large a trade")?;
        let fee = fees.trade_fee(Atoms::new(self.premium_atoms()), notional);
        Ok(fee.context("too large a trade")?.get())
    }
}

/// Grids of the market.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grids {
    /// Strikes, scaled 1e9.
    pub tick_price: u64,
    /// Contracts, millionths.
    pub lot_contracts: u64,
}

impl Grids {
    /// Strikes about a four-hundredth of spot apart, in steps of 1, 2 or 5; lots worth at most 100 quote.
    pub fn for_spot(spot_price: u64) -> Self {
        let wanted = (spot_price / 400).max(1);
        let decade = 10_u64.pow(wanted.ilog10());
        let tick_price = decade
            * [5, 2, 1]
                .into_iter()
                .find(|step| decade * step <= wanted)
                .unwrap_or(1);
        // 100 quote are 1e11 in the scale of prices; a contract is a million lots of the least size.
        let most = 100_000_000_000_u128 * 1_000_000 / u128::from(spot_price.max(1));
        let lot_contracts = 10_u64.pow(most.clamp(1, 10_000).ilog10());
        Self {
            tick_price,
            lot_contracts,
        }
    }
}

/// All trades, purchases of writers first, so that what hedges is there before what is hedged.
pub(super) fn of_books(
    input: &Input,
    grids: Grids,
    expiry: &ExpiryKeys,
) -> anyhow::Result<Vec<Trade>> {
    let books = &input.scenario.books;
    let mut trades = Vec::new();
    for side in [Side::Long, Side::Short] {
        for writer in &books.writers {
            for leg in writer.legs.iter().filter(|leg| leg.side == side) {
                let number = trades.len();
                trades.push(trade(input, grids, expiry, (writer, leg), number)?);
            }
        }
    }
    Ok(trades)
}

fn trade(
    input: &Input,
    grids: Grids,
    expiry: &ExpiryKeys,
    (writer, leg): (&Writer, &Leg),
    number: usize,
) -> anyhow::Result<Trade> {
    let (spot, books) = (input.spot_price(), &input.scenario.books);
    let contracts = size(input, grids, writer, leg)?;
    let strike =
        strike_near(spot, leg.strike_bps, grids.tick_price).context("the strike does not fit")?;
    let kind = match leg.kind {
        Kind::Call => OptionKind::Call,
        Kind::Put => OptionKind::Put,
    };
    // Buyers take turns; every second one keeps what he buys in a margin account.
    let buyer = number % books.buyers.len();
    let name = books.buyers[buyer].clone();
    let (seller, taker) = match leg.side {
        Side::Long => (HOUSE.to_owned(), Taker::Ledger(writer.name.clone())),
        Side::Short if buyer % 2 == 1 => (writer.name.clone(), Taker::Ledger(name)),
        Side::Short => (writer.name.clone(), Taker::Wallet(name)),
    };
    let premium_price = premium(input, strike, kind);
    Ok(Trade {
        seller,
        taker,
        series: expiry.series(strike, kind),
        contracts,
        premium_price,
    })
}

/// Contracts of a leg, whole lots, rounded down.
fn size(input: &Input, grids: Grids, writer: &Writer, leg: &Leg) -> anyhow::Result<u64> {
    let parts = u128::from(writer.share_bps) * u128::from(leg.ratio_bps);
    let share = u128::from(input.scenario.books.notional_atoms) * parts / 100_000_000;
    let notional = u64::try_from(share).context("the books are too large")?;
    let whole = contracts_for_notional_floor(notional, input.spot_price())
        .context("the books are too large for this price")?;
    let contracts = whole.unsigned_abs() / grids.lot_contracts * grids.lot_contracts;
    ensure!(
        contracts > 0,
        "{} would write less than a lot; raise books.notional_quote",
        writer.name
    );
    Ok(contracts)
}

/// The model's price at the opening and a mark-up, at least a ten-thousandth of spot.
fn premium(input: &Input, strike: u64, kind: OptionKind) -> u64 {
    let spot = input.spot_price();
    let seconds = input.expiry_at() - input.path.first().at;
    let kind: RiskKind = kind.into();
    let vol = Vol::new(input.scenario.market.volatility_ppm);
    let model = option_price(kind, Price::new(spot), Price::new(strike), vol, seconds).get();
    let marked_up = u128::from(model) * u128::from(10_000 + MARKUP_BPS) / 10_000;
    u64::try_from(marked_up)
        .unwrap_or(model)
        .max(spot / 10_000)
        .max(1)
}

/// Every series of the trades, each once, in the order of strikes.
pub(super) fn series_of(trades: &[Trade]) -> Vec<SeriesKeys> {
    let by_strike: BTreeMap<(u64, u8), SeriesKeys> = trades
        .iter()
        .map(|trade| {
            (
                (trade.series.strike_price, trade.series.kind.byte()),
                trade.series,
            )
        })
        .collect();
    by_strike.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_follow_the_price() {
        let grid = |price| {
            let grids = Grids::for_spot(price);
            (grids.tick_price, grids.lot_contracts)
        };
        assert_eq!(grid(207_060_000_000), (500_000_000, 10_000));
        assert_eq!(grid(7_300_000_000_000), (10_000_000_000, 10_000));
        assert_eq!(grid(100_000_000_000_000), (200_000_000_000, 1_000));
        assert_eq!(grid(1_000), (2, 10_000));
        assert_eq!(grid(1), (1, 10_000));
    }
}
