//! How both sides must stand after a trade, and what the trade is held against.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Offer, Series, Shard};
use backstop_interface::mark::Listed;
use backstop_interface::snapshot::{Moment, Purpose};
use backstop_interface::BackstopError;
use backstop_quantities::Price;
use backstop_risk::margin::Assessment;
use backstop_risk::quoting::{keeps_ratio, near_mark, price_error, MakerSide, Standing};
use backstop_risk::stress::{added_atoms, both_ppb};
use backstop_risk::volatility::Hold;

use super::{signed, Bill};
use crate::apply;
use crate::margin::{has_exposure, Risk};

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
    /// is acted for by a delegate gives away little. `before` is the account as it was. Its shard counts what it is now.
    /// Gives what it contributed to the fund for the uncovered loss it added, in quote atoms.
    ///
    /// Errors: BelowInitialMargin, TradeOffMark, CoverUsedUp.
    #[inline(never)]
    pub fn require_margin_after_trade(
        &self,
        party: Party,
        before: &MarginAccount,
        after: &mut MarginAccount,
        trades: &Trades,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        if owes_nothing(after) {
            return self
                .require_holding(party, after, trades, moment)
                .map(|()| 0);
        }
        check_delegate(party, trades)?;
        moment.remember(after);
        let gives = trades.struck.iter().any(|trade| trade.costs(party));
        let purpose = match gives {
            true => Purpose::Withdrawal,
            false => Purpose::Risk,
        };
        let mut is = self.weigh(after, moment, purpose, shard)?;
        let paid = self.contribute(after, &mut is, trades.sold_atoms, moment, shard)?;
        shard.count(after, is.uncovered_atoms)?;
        if is.health_im() >= 0 {
            after.note(0, Hold::None);
            return Ok(paid);
        }
        let was = self.assess_for(before, moment, purpose)?;
        require!(
            was.health_im() < 0 && no_worse(&was, &is),
            BackstopError::BelowInitialMargin
        );
        let all_near = trades.struck.iter().all(Struck::is_near);
        require!(all_near, BackstopError::TradeOffMark);
        Ok(paid)
    }

    /// The same of an account that [`owes_nothing`] afterwards: it is at initial margin whatever it bought.
    ///
    /// Errors: TradeOffMark.
    pub fn require_holding(
        &self,
        party: Party,
        after: &mut MarginAccount,
        trades: &Trades,
        moment: &Moment,
    ) -> Result<()> {
        check_delegate(party, trades)?;
        moment.remember(after);
        after.note(0, Hold::None);
        Ok(())
    }

    /// Takes a seller's contribution from his cash for the fund. What it costs him counts against him at once.
    fn contribute(
        &self,
        account: &mut MarginAccount,
        found: &mut Assessment,
        sold_atoms: u64,
        moment: &Moment,
        shard: &mut Shard,
    ) -> Result<u64> {
        let added = added_atoms(account.uncovered_atoms, found.uncovered_atoms);
        if sold_atoms == 0 || added == 0 {
            return Ok(0);
        }
        let scale = both_ppb(moment.im_scale_ppb, self.cover_scale_ppb(shard));
        let stress = self.market.params.stress();
        let paid = stress.contribution_atoms(sold_atoms, added, scale);
        account.quote_atoms = apply::take(account.quote_atoms, paid)?;
        shard.fund_atoms = apply::add(shard.fund_atoms, paid)?;
        let cost = signed(paid)?;
        for value in [&mut found.value, &mut found.v_im, &mut found.v_mm] {
            *value = value.saturating_sub(cost);
        }
        for side in found.uncovered_atoms.iter_mut().filter(|side| **side > 0) {
            *side = apply::add(*side, paid)?;
        }
        Ok(paid)
    }
}

/// Who is acted for by a delegate gives away little.
fn check_delegate(party: Party, trades: &Trades) -> Result<()> {
    let far = |trade: &Struck| trade.costs(party) && !trade.is_near();
    require!(
        party.by_owner || !trades.struck.iter().any(far),
        BackstopError::TradeOffMark
    );
    Ok(())
}

/// True of an account that only holds, and of which no uncovered loss is counted: it is at initial margin whatever it
/// bought.
pub fn owes_nothing(account: &MarginAccount) -> bool {
    !has_exposure(account) && account.uncovered_atoms == [0; 2]
}

/// What an account did: every trade, and the premium of what it sold, in quote atoms.
pub struct Trades<'a> {
    /// The trades.
    pub struck: &'a [Struck],
    /// Premium of what it sold.
    pub sold_atoms: u64,
}

impl<'a> Trades<'a> {
    /// The seller's side of trades.
    pub fn sale(struck: &'a [Struck], bill: &Bill) -> Self {
        Self {
            struck,
            sold_atoms: bill.premium_atoms,
        }
    }

    /// The buyer's side of trades.
    pub fn purchase(struck: &'a [Struck]) -> Self {
        Self {
            struck,
            sold_atoms: 0,
        }
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
