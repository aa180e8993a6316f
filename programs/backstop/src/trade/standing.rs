//! How both sides must stand after a trade, and what the trade is held against.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Offer, Series};
use backstop_interface::mark::Listed;
use backstop_interface::snapshot::{Moment, Purpose};
use backstop_interface::BackstopError;
use backstop_quantities::Price;
use backstop_risk::margin::Assessment;
use backstop_risk::quoting::{keeps_ratio, near_mark, price_error, MakerSide, Standing};

use crate::margin::Risk;

/// A trade beside the model's price.
#[derive(Clone, Copy)]
pub struct Struck {
    /// Premium per contract.
    pub price: Price,
    /// Mark.
    pub mark: Price,
    /// How far mark may be wrong.
    error: Price,
    /// What the maker does; where both sides sign, the seller counts as the maker.
    pub maker: MakerSide,
}

impl Struck {
    fn is_near(&self) -> bool {
        near_mark(self.price, self.mark, self.error)
    }

    /// True if the party pays more than mark, or gets less.
    fn costs(&self, party: Party) -> bool {
        match party.makes == (self.maker == MakerSide::Buys) {
            true => self.price > self.mark,
            false => self.price < self.mark,
        }
    }
}

/// One side of a trade.
#[derive(Clone, Copy)]
pub struct Party {
    /// It made the offer.
    makes: bool,
    /// Its owner signed for it or placed the offer; otherwise a delegate did.
    by_owner: bool,
}

impl Party {
    /// Whose offer it is; the key that placed it decides who acts.
    pub fn maker(account: &MarginAccount, offer: &Offer) -> Self {
        Self {
            makes: true,
            by_owner: account.owner == offer.maker,
        }
    }

    /// The side a key signed for.
    pub fn signed(account: &MarginAccount, key: &Pubkey, makes: bool) -> Self {
        Self {
            makes,
            by_owner: account.owner == *key,
        }
    }
}

/// A series as its mark is asked for.
pub fn listed(series: &Series) -> Listed {
    Listed {
        kind: series.kind,
        strike: Price::new(series.strike_price),
        expires_at: series.expires_at,
    }
}

impl Risk<'_> {
    /// Model price of a contract at a spot.
    #[inline(never)]
    pub fn mark(&self, option: &Listed, spot: Price, moment: &Moment) -> Result<Price> {
        moment.mark(&self.market.params, option, spot)
    }

    /// A trade at a premium per contract, held against mark at the moment's price.
    #[inline(never)]
    pub fn strike(
        &self,
        series: &Series,
        premium_price: u64,
        maker: MakerSide,
        moment: &Moment,
    ) -> Result<Struck> {
        let (option, spot) = (listed(series), moment.price.price());
        Ok(Struck {
            price: Price::new(premium_price),
            mark: self.mark(&option, spot, moment)?,
            error: price_error(spot, option.strike),
            maker,
        })
    }

    /// How an account must stand after trades: health(IM) ≥ 0, or, if it was below before as well, all of them near
    /// mark and health and value ÷ R lower at no tier. Who gives value away is judged as if it left for a wallet; who
    /// is acted for by a delegate gives away little. `before` is the account as it was.
    ///
    /// Errors: BelowInitialMargin, TradeOffMark.
    #[inline(never)]
    pub fn require_margin_after_trade(
        &self,
        party: Party,
        before: &MarginAccount,
        after: &mut MarginAccount,
        struck: &[Struck],
        moment: &Moment,
    ) -> Result<()> {
        let gives = struck.iter().any(|trade| trade.costs(party));
        let far = |trade: &Struck| trade.costs(party) && !trade.is_near();
        require!(
            party.by_owner || !struck.iter().any(far),
            BackstopError::TradeOffMark
        );
        let purpose = match gives {
            true => Purpose::Withdrawal,
            false => Purpose::Risk,
        };
        let is = self.assess_for(after, moment, purpose)?;
        moment.remember(after);
        if is.health_im() >= 0 {
            after.noted_at = 0;
            return Ok(());
        }
        let was = self.assess_for(before, moment, purpose)?;
        require!(
            was.health_im() < 0 && no_worse(&was, &is),
            BackstopError::BelowInitialMargin
        );
        let all_near = struck.iter().all(Struck::is_near);
        require!(all_near, BackstopError::TradeOffMark);
        Ok(())
    }
}

/// Health and value ÷ R fall at neither tier. Health by itself is not enough: it would let an account sell what it
/// is worth for a little less requirement; nor is the ratio, where collateral weighs less than it is worth.
fn no_worse(was: &Assessment, is: &Assessment) -> bool {
    if is.health_im() < was.health_im() || is.health_mm() < was.health_mm() {
        return false;
    }
    let standing = |value, requirement| Standing { value, requirement };
    keeps_ratio(standing(was.value, was.r_im), standing(is.value, is.r_im))
        && keeps_ratio(standing(was.value, was.r_mm), standing(is.value, is.r_mm))
}
