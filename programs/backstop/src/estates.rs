//! Estates in the expiries they are short in, what the holders have there, and the estimate both make.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, Expiry, MarginAccount, Series};
use backstop_interface::mark::Listed;
use backstop_interface::snapshot::Moment;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::{Contracts, Price};
use backstop_risk::margin::Assessment;

use crate::margin::Risk;
use crate::trade;

/// What is counted anew.
pub struct Count<'a, 'info> {
    /// The market.
    pub risk: &'a Risk<'info>,
    /// What was found of the account.
    pub found: &'a Assessment,
    /// The expiries shown; those to be counted in are writable.
    pub shown: &'info [AccountInfo<'info>],
    /// Series to be counted at a moment.
    pub series: (&'info [AccountInfo<'info>], Option<&'a Moment>),
    /// Now, unix seconds.
    pub now: i64,
}

impl<'info> Count<'_, 'info> {
    /// Counts an estate in each expiry it has a place for, and each series in its own; where the surface is named writable
    /// makes the estimate of each expiry of which everything is counted. The portfolio of the account is as it was.
    ///
    /// Errors: WrongMarket, ExpiryMissing if one of these is not shown writable, ExpiryClosed, AmountOverflow.
    #[inline(never)]
    pub fn run(&self, account: &mut MarginAccount) -> Result<()> {
        let is_estate = account.state() == AccountState::Estate;
        let slots = account.expiries.iter();
        let used = slots
            .filter(|slot| is_estate && slot.expires_at > 0)
            .count();
        let mut left = used.saturating_add(self.series.0.len());
        for info in self.shown.iter().filter(|info| info.is_writable) {
            let Ok(loader) = AccountLoader::<Expiry>::try_from(info) else {
                continue;
            };
            let mut expiry = loader.load_mut()?;
            self.risk.check(&expiry.market)?;
            expiry.begin_round(self.now);
            if is_estate {
                if let Some(index) = account.expiry_index(expiry.expires_at) {
                    account.count_estate(index, self.found, &mut expiry)?;
                    left = left.saturating_sub(1);
                }
            }
            left = left.saturating_sub(self.count_series(&mut expiry)?);
            let surface = &self.risk.vol_surface;
            if surface.as_ref().is_writable && expiry.estimate(self.now) {
                let estimate = expiry.estimated_ppb();
                let table = &mut *surface.load_mut()?;
                table.write_estimate(expiry.expires_at, estimate, self.now)?;
            }
        }
        ensure(left == 0, BackstopError::ExpiryMissing)?;
        match is_estate {
            true => account.tidy(),
            false => Ok(()),
        }
    }

    /// Counts what all holders of each series of an expiry have at mark, rounded down; gives their number.
    #[inline(never)]
    fn count_series(&self, expiry: &mut Expiry) -> Result<usize> {
        let (series, Some(moment)) = self.series else {
            return Ok(0);
        };
        let mut number = 0usize;
        for info in series {
            let at = Series::expires_at_in(&info.try_borrow_data()?);
            if at != Some(expiry.expires_at) {
                continue;
            }
            let mut series: Account<Series> = Account::try_from(trade::writable(info)?)?;
            self.risk.check(&series.market)?;
            ensure(self.now < series.expires_at, BackstopError::ExpiryClosed)?;
            let option = Listed {
                kind: series.kind,
                strike: Price::new(series.strike_price),
                expires_at: series.expires_at,
            };
            let spot = moment.price.price();
            let mark = moment.mark(&self.risk.market.params, &option, spot)?;
            let held = series.holder_contracts();
            let held = trade::signed(held.ok_or(BackstopError::AmountOverflow)?)?;
            let worth = Contracts::new(held).value_floor(mark);
            let worth = worth.ok_or(BackstopError::AmountOverflow)?;
            expiry.count_series(&mut series, worth.get())?;
            series.exit(&crate::ID)?;
            number = number.saturating_add(1);
        }
        Ok(number)
    }
}
