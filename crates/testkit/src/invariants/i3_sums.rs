//! Sums over the legs and the slots of all margin accounts (I3).

use backstop_interface::accounts::{Expiry, LegSlot, MarginAccount, OptionKind, Series};
use backstop_quantities::{mul_div_ceil, mul_div_floor, PRICE_SCALE};

use super::Books;

/// Contracts of a series, or their payoffs in quote atoms, summed over margin accounts.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) longs: u128,
    pub(super) shorts: u128,
    pub(super) unreported: u128,
}

/// Sums `of(contracts)` over the legs of a series in all margin accounts.
pub(super) fn sum(books: &Books, series: &Series, of: impl Fn(u64) -> u64) -> Sums {
    let mut sums = Sums::default();
    for (_, account) in books.accounts_of(series.market) {
        for leg in account
            .legs
            .iter()
            .filter(|leg| is_of(account, leg, series))
        {
            let size = u128::from(of(leg.quantity_contracts.unsigned_abs()));
            match leg.quantity_contracts < 0 {
                true => sums.shorts += size,
                false => sums.longs += size,
            }
            sums.unreported += u128::from(of(leg.unreported_contracts));
        }
    }
    sums
}

/// Whether a leg is of a series.
pub(super) fn is_of(account: &MarginAccount, leg: &LegSlot, series: &Series) -> bool {
    leg.in_use()
        && leg.strike_price == series.strike_price
        && OptionKind::from_byte(leg.kind) == Some(series.kind)
        && account.expires_at(leg) == series.expires_at
}

/// What accounts are to receive from an expiry, quote atoms.
pub(super) fn receivables(books: &Books, expiry: &Expiry) -> u128 {
    let slots = books
        .accounts_of(expiry.market)
        .flat_map(|(_, account)| &account.expiries);
    slots
        .filter(|slot| slot.expires_at == expiry.expires_at)
        .map(|slot| u128::from(slot.receivable_atoms))
        .sum()
}

/// What accounts owe an expiry, quote atoms.
pub(super) fn debts(books: &Books, expiry: &Expiry) -> u128 {
    let slots = books
        .accounts_of(expiry.market)
        .flat_map(|(_, account)| &account.expiries);
    slots
        .filter(|slot| slot.expires_at == expiry.expires_at)
        .map(|slot| u128::from(slot.debt_atoms))
        .sum()
}

/// Quote atoms of contracts at a payoff, rounded down: what a holder gets.
pub(super) fn floor(contracts: u64, pays: u64) -> u64 {
    mul_div_floor(contracts, pays, PRICE_SCALE).expect("a payoff fits 64 bits")
}

/// The same rounded up: what a writer pays.
pub(super) fn ceil(contracts: u64, pays: u64) -> u64 {
    mul_div_ceil(contracts, pays, PRICE_SCALE).expect("a payoff fits 64 bits")
}
