//! How much collateral a writer brings: what the margin kernel asks for, and the scenario's cushion.

use anyhow::Context;
use backstop_client::quotes::MarketView;
use backstop_interface::accounts::{CollateralSlot, MarginAccount};
use backstop_quantities::Price;
use backstop_risk::fees::FeeParams;

use super::theatre::Theatre;
use super::trades::{Taker, Trade};
use crate::scenario::Writer;

/// The underlying has 9 decimals, prices are scaled 1e9, quote has 6: atoms of underlying × price / 1e12 are quote atoms.
const UNDERLYING_SCALE: u128 = 1_000_000_000_000;
/// More than any scenario needs, quote atoms.
const MOST_ATOMS: u64 = 1 << 55;

/// What an account is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Collateral {
    /// Quote atoms.
    pub quote_atoms: u64,
    /// Atoms of the underlying.
    pub underlying_atoms: u64,
}

/// Part of `total_atoms` in the underlying at `price`, the rest in quote; both rounded down.
fn split(total_atoms: u64, underlying_bps: u32, price: u64) -> Option<Collateral> {
    let in_underlying = u128::from(total_atoms) * u128::from(underlying_bps) / 10_000;
    let quote_atoms = u64::try_from(u128::from(total_atoms) - in_underlying).ok()?;
    let underlying_atoms =
        u64::try_from(in_underlying * UNDERLYING_SCALE / u128::from(price.max(1))).ok()?;
    Some(Collateral {
        quote_atoms,
        underlying_atoms,
    })
}

/// What the trades leave in an account: its legs, and the premiums as quote (negative if it paid more than it got).
fn after_trades(
    name: &str,
    trades: &[Trade],
    (fees, spot): (&FeeParams, Price),
    empty: &MarginAccount,
) -> anyhow::Result<(MarginAccount, i128)> {
    let (mut account, mut premium) = (*empty, 0_i128);
    for trade in trades {
        let bought = matches!(&trade.taker, Taker::Ledger(taker) if taker == name);
        let sold = trade.seller == name;
        let atoms = i128::from(trade.premium_atoms());
        let fee = i128::from(trade.fee_atoms(fees, spot)?);
        let contracts = i64::try_from(trade.contracts).context("too many contracts")?;
        let delta = contracts * (i64::from(bought) - i64::from(sold));
        premium += (atoms - fee) * i128::from(sold) - atoms * i128::from(bought);
        if delta != 0 {
            let series = &trade.series;
            let leg = account
                .take_leg_index(series.expiry.expires_at, series.strike_price, series.kind)
                .context("more legs than an account holds")?;
            account.legs[leg].quantity_contracts += delta;
        }
    }
    Ok((account, premium))
}

/// Health at initial margin with this collateral and the premiums.
fn health_im(
    theatre: &Theatre,
    view: &MarketView,
    (account, premium): &(MarginAccount, i128),
    collateral: Collateral,
) -> anyhow::Result<i128> {
    let mut account = *account;
    let quote = i128::from(collateral.quote_atoms) + premium;
    account.quote_atoms = u64::try_from(quote.max(0)).context("too much quote")?;
    if collateral.underlying_atoms > 0 {
        let mint = theatre.stage.keys.underlying_mint;
        account.collaterals[0] = CollateralSlot {
            mint,
            atoms: collateral.underlying_atoms,
        };
    }
    let assessment = theatre.assess(view, &account)?;
    Ok(i128::from(assessment.health_im()) + quote.min(0))
}

/// Collateral of a writer: the least with which all its trades pass, by bisection, and the cushion.
pub(super) fn of_writer(
    theatre: &Theatre,
    writer: &Writer,
    trades: &[Trade],
) -> anyhow::Result<Collateral> {
    let (view, price) = (theatre.stage.view(), theatre.price());
    let empty = theatre
        .stage
        .account_of(&writer.name)
        .context("the writer has no account")?;
    let after = after_trades(
        &writer.name,
        trades,
        (&view.market.params.fees(), Price::new(price)),
        &empty,
    )?;
    let parts = |total| {
        split(total, writer.underlying_bps, price)
            .context("more collateral than a mint can hold; lower books.notional_quote")
    };
    let enough = |total| -> anyhow::Result<bool> {
        Ok(health_im(theatre, &view, &after, parts(total)?)? >= 0)
    };
    let least = least_enough(&writer.name, enough)?;
    let cushioned = u128::from(least) * u128::from(10_000 + writer.cushion_bps) / 10_000;
    parts(u64::try_from(cushioned).context("the cushion is too large")?)
}

/// The least total that is enough, to a thousandth of a quote unit: doubled until it is, then halved in between.
fn least_enough(name: &str, enough: impl Fn(u64) -> anyhow::Result<bool>) -> anyhow::Result<u64> {
    let (mut low, mut high) = (0_u64, 1_000_000_u64);
    while !enough(high)? {
        (low, high) = (high, high * 2);
        anyhow::ensure!(
            high < MOST_ATOMS,
            "{name} cannot cover these legs with this collateral"
        );
    }
    while high - low > 1_000 {
        let middle = low + (high - low) / 2;
        if enough(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collateral_is_split_by_worth() {
        // Half of 1,000 quote in a token at 200: 2.5 tokens.
        let half = split(1_000_000_000, 5_000, 200_000_000_000);
        assert_eq!(
            half,
            Some(Collateral {
                quote_atoms: 500_000_000,
                underlying_atoms: 2_500_000_000
            })
        );
        assert_eq!(split(u64::MAX, 10_000, 1), None);
    }
}
