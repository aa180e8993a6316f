//! A sweep under way: its orders one after the other, and what they come to for the taker.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Series, Shard, Side};
use backstop_interface::event::SweptOffer;
use backstop_interface::snapshot::Moment;
use backstop_interface::{ensure, BackstopError};

use super::sweep::{pay_cost, SweepOrder, ACCOUNTS_PER_OFFER};
use crate::apply;
use crate::margin::Risk;
use crate::trade::{self, Party, Sided, Struck, Trades};

/// A sweep under way.
pub struct Broom<'a, 'info> {
    pub risk: &'a Risk<'info>,
    pub taker: &'a AccountLoader<'info, MarginAccount>,
    pub moment: Moment,
    /// The taker as he came.
    before: Box<MarginAccount>,
    /// A maker's account as the fill would leave it; becomes the account if he can bear it.
    pub trial: Box<MarginAccount>,
    pub struck: Vec<Struck>,
    /// What the taker owes for all fills so far, in quote atoms.
    pub cost_atoms: i64,
    /// What the taker sold so far: the larger of premium and contracts × mark, in quote atoms.
    pub sold_atoms: u64,
    /// What became of each offer.
    pub told: Vec<SweptOffer>,
}

impl<'a, 'info> Broom<'a, 'info> {
    /// Nothing is filled yet.
    pub fn new(
        risk: &'a Risk<'info>,
        taker: &'a AccountLoader<'info, MarginAccount>,
        moment: Moment,
    ) -> Result<Self> {
        let (before, trial) = (trade::copy(&*taker.load()?), trade::copy(&*taker.load()?));
        Ok(Self {
            risk,
            taker,
            moment,
            before,
            trial,
            struck: Vec::new(),
            cost_atoms: 0,
            sold_atoms: 0,
            told: Vec::new(),
        })
    }

    /// Fills an order as far as its offers go.
    pub fn sweep(&mut self, order: &SweepOrder, named: &'info [AccountInfo<'info>]) -> Result<()> {
        let (first, groups) = named.split_first().ok_or(BackstopError::SweepAccounts)?;
        let mut series: Box<Account<Series>> =
            Box::new(Account::try_from(trade::writable(first)?)?);
        self.risk.check(&series.market)?;
        trade::check_open(&series, self.moment.now)?;
        let mut left = order.contracts;
        for group in groups.chunks_exact(ACCOUNTS_PER_OFFER) {
            if left == 0 {
                break;
            }
            let filled = self.offer(order, &mut series, group, left)?;
            left = apply::take(left, filled)?;
        }
        let filled = apply::take(order.contracts, left)?;
        ensure(filled >= order.least_contracts, BackstopError::SweepShort)?;
        let delta = trade::signed(filled)?;
        let delta = match order.side {
            Side::Ask => Some(delta),
            Side::Bid => delta.checked_neg(),
        };
        let delta = delta.ok_or(BackstopError::AmountOverflow)?;
        apply::trade(&mut *self.taker.load_mut()?, &mut series, delta)?;
        series.exit(&crate::ID)
    }

    /// Takes the cost from the taker and holds him to his margin, once for all.
    pub fn settle_taker(
        &mut self,
        takes: Party,
        own_shard: &'info AccountInfo<'info>,
    ) -> Result<()> {
        let taker = &mut *self.taker.load_mut()?;
        pay_cost(taker, self.cost_atoms)?;
        let trades = Trades {
            struck: &self.struck,
            sold_atoms: self.sold_atoms,
        };
        let (before, moment) = (&self.before, &self.moment);
        // Who only holds writes no shard and need not name it: the program stands in its place.
        let named = own_shard.key() != crate::ID;
        ensure(
            named || trade::owes_nothing(taker),
            BackstopError::ShardMismatch,
        )?;
        if !named {
            let risk = self.risk;
            return risk.require_holding(takes, taker, &trades, moment);
        }
        let mut shard = shard(own_shard)?;
        shard.check(&taker.market, &self.taker.key())?;
        let side = Sided {
            party: takes,
            key: self.taker.key(),
            before,
            after: taker,
            trades,
        };
        let risk = self.risk;
        let paid = risk.require_margin_after_trade(side, moment, &mut shard)?;
        self.cost_atoms = self
            .cost_atoms
            .checked_add(trade::signed(paid)?)
            .ok_or(BackstopError::AmountOverflow)?;
        shard.exit(&crate::ID)
    }
}

/// A shard as it is now: other sides of the sweep may have written it.
pub fn shard<'info>(info: &'info AccountInfo<'info>) -> Result<Account<'info, Shard>> {
    Account::try_from(trade::writable(info)?)
}
