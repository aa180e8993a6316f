//! One offer after the other: filled, or left aside with the reason told.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Offer, Series, Shard, Side};
use backstop_interface::action::Action;
use backstop_interface::event::SweptOffer;
use backstop_interface::{ensure, BackstopError};

use super::broom::{self, writable, Broom};
use super::sweep::SweepOrder;
use crate::apply;
use crate::trade::{self, Bill, Party, Sided, Struck, Trades};

/// A fill that has been written into trial and series.
struct Fill {
    contracts: u64,
    bill: Bill,
    /// What the maker contributed to the fund, in quote atoms.
    contribution: u64,
    struck: Struck,
}

impl<'info> Broom<'_, 'info> {
    /// Contracts taken from one offer. What the taker chose wrongly is an error; what the maker or time has
    /// changed since he chose is told and skipped.
    pub fn offer(
        &mut self,
        order: &SweepOrder,
        series: &mut Account<'info, Series>,
        group: &'info [AccountInfo<'info>],
        left: u64,
    ) -> Result<u64> {
        let [offer, maker, shard] = group else {
            return err!(BackstopError::SweepAccounts);
        };
        let mut told = SweptOffer {
            offer: offer.key(),
            ..SweptOffer::default()
        };
        for info in group {
            writable(info)?;
        }
        // Taken back, or its maker's account closed.
        let found = Account::<Offer>::try_from(offer)
            .and_then(|found| Ok((Box::new(found), AccountLoader::try_from(maker)?)));
        let Ok((mut found, maker)) = found else {
            told.skipped = BackstopError::OfferVoid.into();
            self.told.push(told);
            return Ok(0);
        };
        self.check(&found, &maker)?;
        let mut shard = broom::shard(shard)?;
        shard.check(&series.market, &maker.key())?;
        let totals = (series.short_contracts, series.ledger_long_contracts);
        let named = still_named(order, &series.key(), &found);
        let filled =
            named.and_then(|()| self.attempt(order, series, (&found, &maker), left, &mut shard));
        match filled {
            Ok(fill) => {
                *maker.load_mut()? = *self.trial;
                self.book(order.side, &fill)?;
                shard.fees_atoms = apply::add(shard.fees_atoms, fill.bill.fee_atoms)?;
                found.remaining_contracts = apply::take(found.remaining_contracts, fill.contracts)?;
                shard.exit(&crate::ID)?;
                found.exit(&crate::ID)?;
                told.contracts = fill.contracts;
                told.premium_atoms = fill.bill.premium_atoms;
                told.fee_atoms = apply::add(fill.bill.fee_atoms, fill.contribution)?;
            }
            Err(reason) => {
                (series.short_contracts, series.ledger_long_contracts) = totals;
                told.skipped = code(&reason);
            }
        }
        self.told.push(told);
        Ok(told.contracts)
    }

    /// The address of an offer fixes its maker, so these are the taker's own choice.
    fn check(&self, offer: &Offer, maker: &AccountLoader<MarginAccount>) -> Result<()> {
        ensure(
            offer.margin_account == maker.key(),
            BackstopError::SweepAccounts,
        )?;
        ensure(maker.key() != self.taker.key(), BackstopError::SameAccount)?;
        Ok(())
    }

    /// Writes the fill into the trial and the series, and holds the maker to his margin.
    #[inline(never)]
    fn attempt(
        &mut self,
        order: &SweepOrder,
        series: &mut Series,
        (offer, maker): (&Offer, &AccountLoader<MarginAccount>),
        left: u64,
        shard: &mut Shard,
    ) -> Result<Fill> {
        let (risk, moment) = (self.risk, &self.moment);
        let maker = maker.load()?;
        trade::check_standing(offer, &maker, moment.now)?;
        ensure(
            moment.price.publish_at >= maker.last_price_at,
            BackstopError::PriceOlderThanLastUsed,
        )?;
        let room = trade::room(&risk.market, offer, &maker, series);
        let contracts = match room <= left {
            true => room,
            false => trade::whole_lots(&risk.market, left),
        };
        let least = offer.least_fill_contracts.min(room).max(1);
        ensure(contracts >= least, BackstopError::FillOutOfRange)?;
        let price = risk.offered_price(offer, &maker, series, moment)?;
        let within = match order.side {
            Side::Ask => price <= order.limit_price,
            Side::Bid => price >= order.limit_price,
        };
        ensure(within, BackstopError::PremiumAboveLimit)?;
        let spot = moment.price.price();
        let struck = risk.strike(series, price, offer.side.maker(), moment)?;
        let (asks, filled) = (
            offer.side == Side::Ask,
            order.contracts.saturating_sub(left),
        );
        let in_all = apply::add(filled, contracts)?;
        let closes = trade::closes_own(&maker, series, asks, contracts)
            && trade::closes_own(&*self.taker.load()?, series, !asks, in_all);
        Action::of_trade(closes, struck.is_near()).check_level(&risk.market)?;
        let bill = trade::bill(&risk.market, series, contracts, &struck, spot)?;
        let trial = &mut *self.trial;
        *trial = *maker;
        match order.side {
            Side::Ask => trade::sell(trial, series, contracts, &bill)?,
            Side::Bid => trade::buy(trial, series, contracts, &bill)?,
        }
        trade::note_fill(offer, trial, moment.now);
        let makes = Party::maker(&maker, offer);
        let all = [struck];
        let trades = match offer.side {
            Side::Ask => Trades::sale(&all, &bill),
            Side::Bid => Trades::purchase(&all),
        };
        let side = Sided {
            party: makes,
            key: offer.margin_account,
            before: &maker,
            after: trial,
            trades,
        };
        let contribution = risk.require_margin_after_trade(side, moment, shard)?;
        Ok(Fill {
            contracts,
            bill,
            contribution,
            struck,
        })
    }

    /// Adds a fill to what the taker owes.
    fn book(&mut self, side: Side, fill: &Fill) -> Result<()> {
        let bill = &fill.bill;
        let cost = match side {
            Side::Ask => trade::signed(bill.premium_atoms)?,
            Side::Bid => {
                self.sold_atoms = apply::add(self.sold_atoms, bill.worth_atoms)?;
                trade::signed(bill.fee_atoms)?.saturating_sub(trade::signed(bill.premium_atoms)?)
            }
        };
        self.cost_atoms = self
            .cost_atoms
            .checked_add(cost)
            .ok_or(BackstopError::AmountOverflow)?;
        self.struck.push(fill.struck);
        Ok(())
    }
}

/// The maker may have taken the offer back and placed another at its address since the taker named it.
fn still_named(order: &SweepOrder, series: &Pubkey, offer: &Offer) -> Result<()> {
    ensure(offer.series == *series, BackstopError::WrongSeries)?;
    ensure(offer.side == order.side, BackstopError::WrongSide)?;
    Ok(())
}

/// Number of an error, as the event tells it.
fn code(error: &Error) -> u32 {
    match error {
        Error::AnchorError(error) => error.error_code_number,
        Error::ProgramError(_) => BackstopError::InvariantBroken.into(),
    }
}
