//! Who trades, and what: a trade beside its mark, the parties to it, what an account did in all.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Offer, Series};
use backstop_interface::mark::Listed;
use backstop_interface::snapshot::Moment;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::Price;
use backstop_risk::quoting::{near_mark, price_error, MakerSide};

use super::Bill;
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
    /// True within 5 % of mark, or as far from it as mark may be wrong.
    pub fn is_near(&self) -> bool {
        near_mark(self.price, self.mark, self.error)
    }

    /// True if the party pays more than mark, or gets less.
    pub fn costs(&self, party: Party) -> bool {
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
}

/// A side of a trade, booked but not judged.
pub struct Sided<'a> {
    /// Who acts.
    pub party: Party,
    /// The account's address.
    pub key: Pubkey,
    /// As it was.
    pub before: &'a MarginAccount,
    /// As it is.
    pub after: &'a mut MarginAccount,
    /// What it did.
    pub trades: Trades<'a>,
}

/// What an account did: every trade, and what it sold, in quote atoms.
pub struct Trades<'a> {
    /// The trades.
    pub struck: &'a [Struck],
    /// What it sold: the larger of premium and contracts × mark, in quote atoms.
    pub sold_atoms: u64,
}

impl<'a> Trades<'a> {
    /// The seller's side of trades.
    pub fn sale(struck: &'a [Struck], bill: &Bill) -> Self {
        Self {
            struck,
            sold_atoms: bill.worth_atoms,
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

/// Who is acted for by a delegate gives away little. Errors: TradeOffMark.
pub fn check_delegate(party: Party, trades: &Trades) -> Result<()> {
    let far = |trade: &Struck| trade.costs(party) && !trade.is_near();
    ensure(
        party.by_owner || !trades.struck.iter().any(far),
        BackstopError::TradeOffMark,
    )?;
    Ok(())
}
