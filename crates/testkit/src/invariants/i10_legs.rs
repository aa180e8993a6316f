//! I10: no leg grows beyond what margin computes at any later spot: 2^47 quote atoms at its strike.
//!
//! A leg that is smaller than before, or only changes its place, passes whatever its size. Why: an account whose
//! margin overflows can neither be judged nor seized. Tolerance: none.

use backstop_interface::accounts::{LegSlot, MarginAccount};
use backstop_quantities::{Contracts, Price};
use backstop_risk::margin::leg_fits;

use super::act::Act;
use super::{ensure, Violation};

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    for (address, account) in act.after.accounts_of(act.market) {
        let before = act.before.accounts.get(address);
        let held = account.legs.iter();
        for leg in held.filter(|leg| leg.quantity_contracts != 0) {
            let now = leg.quantity_contracts;
            let was = before.map_or(0, |before| quantity(before, account, leg));
            let grew = now.unsigned_abs() > was.unsigned_abs();
            let fits = leg_fits(Contracts::new(now), Price::new(leg.strike_price));
            ensure(!grew || fits, "I10 leg", || {
                format!("{address} went from {was} to {now} at {}", leg.strike_price)
            })?;
        }
    }
    Ok(())
}

/// Contracts of a leg's series that its account held before, wherever they stood.
fn quantity(before: &MarginAccount, after: &MarginAccount, leg: &LegSlot) -> i64 {
    let expires_at = after.expires_at(leg);
    let mut same = before.legs.iter().filter(|was| {
        (was.strike_price, was.kind) == (leg.strike_price, leg.kind)
            && before.expires_at(was) == expires_at
    });
    same.next().map_or(0, |was| was.quantity_contracts)
}
