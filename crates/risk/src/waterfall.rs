//! Who bears what is missing: fund, Reserve, and in the end every holder of the expiry alike.

use backstop_quantities::{mul_div_ceil, mul_div_floor, Atoms, Ppb, ONE_PPB};

/// How an unpaid debt is covered; the three parts add up to the debt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// Paid by the market's insurance fund.
    pub from_fund: Atoms,
    /// Paid by the shared Reserve within the market's line.
    pub from_reserve: Atoms,
    /// What nobody has paid.
    pub shortfall: Atoms,
}

/// Covers `debt` from the fund's room first, then from the Reserve's (design 1, steps 3 to 5).
/// Exact: no rounding.
pub const fn cover(debt: Atoms, fund_room: Atoms, reserve_room: Atoms) -> Cover {
    let from_fund = smaller(debt, fund_room);
    let after_fund = debt.saturating_sub(from_fund);
    let from_reserve = smaller(after_fund, reserve_room);
    Cover {
        from_fund,
        from_reserve,
        shortfall: after_fund.saturating_sub(from_reserve),
    }
}

/// The haircut of an expiry: 0 if the escrow covers what is owed, otherwise 1 - escrow/owed.
/// Rounded up, so that all payouts together never exceed the escrow.
pub const fn haircut(owed: Atoms, escrow: Atoms) -> Ppb {
    if escrow.get() >= owed.get() {
        return Ppb::ZERO;
    }
    let missing = owed.saturating_sub(escrow);
    match mul_div_ceil(missing.get(), ONE_PPB, owed.get()) {
        Some(part) => Ppb::new(part),
        // Not reachable (missing <= owed): the quotient never exceeds one.
        None => Ppb::ONE,
    }
}

/// What a holder is paid and what he keeps as a claim; the two add up to the payoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redemption {
    /// Quote atoms paid now.
    pub paid: Atoms,
    /// Quote atoms recorded as a recovery claim.
    pub claim: Atoms,
}

/// Splits a payoff by the haircut. Paid rounds down in favour of the escrow; the claim is the rest,
/// so nothing is lost between them. A haircut above 1 counts as 1.
pub const fn redeem(payoff: Atoms, haircut: Ppb) -> Redemption {
    let paid = match mul_div_floor(payoff.get(), haircut.complement().get(), ONE_PPB) {
        Some(raw) => Atoms::new(raw),
        None => Atoms::ZERO,
    };
    Redemption {
        paid,
        claim: payoff.saturating_sub(paid),
    }
}

/// Settlement of one account in one expiry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetSettlement {
    /// Short payoff met by the account's own longs; leaves `owed` when the haircut is 0.
    pub netted: Atoms,
    /// What the account must move to the escrow.
    pub pays: Atoms,
    /// What the escrow pays the account for longs that were not needed.
    pub receives: Atoms,
    /// The part of its long payoff the haircut turns into a claim.
    pub claim: Atoms,
}

/// Nets an account's longs at payoff * (1 - haircut), rounded down, against its shorts at full
/// payoff (design 5). While the expiry is collecting the haircut is 0.
/// `netted + pays = short_payoff` and `netted + receives + claim = long_payoff`.
pub const fn net_settlement(
    long_payoff: Atoms,
    short_payoff: Atoms,
    haircut: Ppb,
) -> NetSettlement {
    let longs = redeem(long_payoff, haircut);
    let netted = smaller(longs.paid, short_payoff);
    NetSettlement {
        netted,
        pays: short_payoff.saturating_sub(netted),
        receives: longs.paid.saturating_sub(netted),
        claim: longs.claim,
    }
}

/// Cash an estate keeps for one of its expiries: `weight / all_weights` of all cash it has had, those payments
/// included that the expiries still in it were paid, less what this one was paid; at most the cash there is.
/// Rounded up, so that the last atom finds a taker. Without weights all of it. `None` if a sum leaves u64.
pub fn estate_cash_ceil(
    cash: Atoms,
    (paid, all_paid): (Atoms, Atoms),
    (weight, all_weights): (u64, u64),
) -> Option<Atoms> {
    if all_weights == 0 {
        return Some(cash);
    }
    let had = cash.checked_add(all_paid)?;
    let share = Atoms::new(mul_div_ceil(had.get(), weight, all_weights)?);
    Some(smaller(share.saturating_sub(paid), cash))
}

const fn smaller(a: Atoms, b: Atoms) -> Atoms {
    if a.get() < b.get() {
        a
    } else {
        b
    }
}
