//! What defaults cost, and whom: collected while it happens, from public accounts and events.
//!
//! An account is in default from its first seizure, or from the moment its settlement left a debt. The loss of all
//! defaults is what the positions they held then cost at settlement: slices that bidders took (their payoff) and the
//! rest (what was paid for it and what stayed owed). Everybody's part is measured where it was paid, never as what is
//! left over, so that the sum proves something.

use std::collections::BTreeMap;

use backstop_interface::accounts::{MarginAccount, OptionKind};
use backstop_interface::event::{Converted, SliceSold};
use backstop_quantities::{Atoms, Contracts, Price};
use backstop_risk::collateral::{worth_ceil, worth_floor};
use backstop_risk::settlement::payoff;
use backstop_testkit::Landed;

use super::theatre::Theatre;
use crate::report::LossShares;

/// Decimals of the underlying.
const UNDERLYING_DECIMALS: u8 = 9;

/// What an account owned when its default began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// Quote atoms.
    pub quote_atoms: u64,
    /// Atoms of the underlying.
    pub underlying_atoms: u64,
}

/// Contracts that changed hands in a bid.
#[derive(Debug, Clone, Copy)]
struct Taken {
    kind: OptionKind,
    strike_price: u64,
    contracts: i64,
}

/// Sums over all defaults, quote atoms unless they say otherwise.
#[derive(Debug, Default)]
pub(super) struct Losses {
    starts: BTreeMap<String, Start>,
    taken: Vec<Taken>,
    /// Bidders gave less what they got, legs and underlying apart.
    bidders_cash_atoms: i128,
    /// Atoms of the underlying that bidders and buyers of collateral got.
    underlying_given_atoms: u128,
    fund_paid_atoms: i128,
    penalty_atoms: i128,
    surplus_atoms: i128,
    /// Paid into the escrow by accounts in default, less what they got out of it.
    settled_atoms: i128,
    /// Owed by accounts when their settlement left it, less what they repaid since.
    owed_atoms: i128,
    /// Collected and owed beyond what holders were due when Collecting closed.
    rounding_atoms: i128,
}

impl Losses {
    /// Whether the account's default has begun.
    pub fn started(&self, name: &str) -> bool {
        self.starts.contains_key(name)
    }

    /// Begins a default, once.
    pub fn start(&mut self, name: &str, start: Start) {
        self.starts.entry(name.to_owned()).or_insert(start);
    }

    /// A surplus of an estate went to the fund.
    pub fn surplus(&mut self, atoms: u64) {
        self.surplus_atoms += i128::from(atoms);
    }

    /// A settlement of an account in default.
    pub fn settled(&mut self, paid_atoms: u64, debt_atoms: u64, received_atoms: u64) {
        self.settled_atoms += i128::from(paid_atoms) - i128::from(received_atoms);
        self.owed_atoms += i128::from(debt_atoms);
    }

    /// A debt was repaid.
    pub fn repaid(&mut self, atoms: u64) {
        self.settled_atoms += i128::from(atoms);
        self.owed_atoms -= i128::from(atoms);
    }

    /// Collateral of an account in default was sold for quote.
    pub fn converted(&mut self, event: &Converted) {
        self.bidders_cash_atoms += i128::from(event.received_atoms);
        self.underlying_given_atoms += u128::from(event.sold_atoms);
    }

    /// What Collecting had, was owed and was due when it closed.
    pub fn collecting_closed(&mut self, collected_atoms: u64, debts_atoms: u64, due_atoms: u64) {
        self.rounding_atoms =
            i128::from(collected_atoms) + i128::from(debts_atoms) - i128::from(due_atoms);
    }

    /// Payoff of the slices bidders took, quote atoms: what their holders paid for them.
    fn taken_atoms(&self, settlement_price: u64) -> i128 {
        let of = |taken: &Taken| {
            let pays = payoff(
                taken.kind.into(),
                Price::new(taken.strike_price),
                Price::new(settlement_price),
            );
            let size = Contracts::new(taken.contracts);
            let atoms = |worth: Option<Atoms>| i128::from(worth.map_or(u64::MAX, Atoms::get));
            match size.is_short() {
                true => atoms(size.value_ceil(pays)),
                false => -atoms(size.value_floor(pays)),
            }
        };
        self.taken.iter().map(of).sum()
    }
}

/// Atoms of the underlying (9 decimals) as quote atoms at a price, rounded down.
fn quote_worth(underlying_atoms: i128, price: u64) -> i128 {
    let size = u64::try_from(underlying_atoms.unsigned_abs()).unwrap_or(u64::MAX);
    let (price, atoms) = (Price::new(price), |worth: Result<Atoms, _>| {
        i128::from(worth.map_or(u64::MAX, Atoms::get))
    });
    match underlying_atoms < 0 {
        true => -atoms(worth_ceil(size, UNDERLYING_DECIMALS, price)),
        false => atoms(worth_floor(size, UNDERLYING_DECIMALS, price)),
    }
}

impl Theatre<'_> {
    /// What an account owns now.
    pub(super) fn owned(&self, name: &str) -> Start {
        let mint = self.stage.keys.underlying_mint;
        self.stage
            .account_of(name)
            .map_or_else(Start::default, |account| Start {
                quote_atoms: account.quote_atoms,
                underlying_atoms: account.collateral_atoms(&mint),
            })
    }

    /// Both accounts of a bid.
    pub(super) fn accounts_of_deal(
        &self,
        target: &str,
        bidder: &str,
    ) -> Option<(MarginAccount, MarginAccount)> {
        Some((
            self.stage.account_of(target)?,
            self.stage.account_of(bidder)?,
        ))
    }

    /// What a bid that landed moved: legs and underlying by comparing the seized account before and after, cash by the
    /// bidder's own balance.
    pub(super) fn remember_slice(
        &mut self,
        landed: &Landed,
        target: &str,
        bidder: &str,
        before: Option<(MarginAccount, MarginAccount)>,
    ) {
        let (Some((sold, bought)), Some((sold_after, bought_after))) =
            (before, self.accounts_of_deal(target, bidder))
        else {
            return;
        };
        let mint = self.stage.keys.underlying_mint;
        for leg in sold.legs.iter().filter(|leg| leg.quantity_contracts != 0) {
            let Some(kind) = OptionKind::from_byte(leg.kind) else {
                continue;
            };
            let left = sold_after
                .leg_index(sold.expires_at(leg), leg.strike_price, kind)
                .map_or(0, |index| sold_after.legs[index].quantity_contracts);
            let contracts = leg.quantity_contracts - left;
            self.losses.taken.push(Taken {
                kind,
                strike_price: leg.strike_price,
                contracts,
            });
        }
        let moved = sold.collateral_atoms(&mint) - sold_after.collateral_atoms(&mint);
        self.losses.underlying_given_atoms += u128::from(moved);
        self.losses.bidders_cash_atoms +=
            i128::from(bought.quote_atoms) - i128::from(bought_after.quote_atoms);
        for event in landed.events::<SliceSold>(&self.stage.world.program_id()) {
            self.losses.fund_paid_atoms += i128::from(event.paid_by_fund_atoms);
            self.losses.penalty_atoms += i128::from(event.penalty_atoms);
        }
    }

    /// Who bore the loss, once everything is settled.
    pub(super) fn loss_shares(&self) -> LossShares {
        let (losses, expiry) = (&self.losses, self.stage.expiry_of(&self.expiry));
        let price = expiry.settlement_price;
        let mut own = (0_i128, 0_i128);
        for (name, start) in &losses.starts {
            let end = self.owned(name);
            own.0 += i128::from(start.quote_atoms) - i128::from(end.quote_atoms);
            own.1 += i128::from(start.underlying_atoms) - i128::from(end.underlying_atoms);
        }
        let taken = losses.taken_atoms(price);
        let given = i128::try_from(losses.underlying_given_atoms).unwrap_or(i128::MAX);
        let fits = |atoms: i128| i64::try_from(atoms).unwrap_or(i64::MAX);
        let insurance = losses.fund_paid_atoms + i128::from(expiry.insured_atoms)
            - losses.penalty_atoms
            - losses.surplus_atoms;
        LossShares {
            loss_atoms: fits(taken + losses.settled_atoms + losses.owed_atoms),
            defaulter_atoms: fits(own.0 + quote_worth(own.1, price)),
            bidders_atoms: fits(taken + losses.bidders_cash_atoms - quote_worth(given, price)),
            insurance_atoms: fits(insurance),
            backstop_atoms: expiry.recapitalised_atoms,
            haircut_atoms: expiry.claims_atoms,
            recovered_atoms: expiry.recovered_atoms,
            rounding_atoms: fits(
                losses.rounding_atoms - i128::from(expiry.escrow_atoms)
                    + i128::from(expiry.owed_atoms),
            ),
        }
    }
}
