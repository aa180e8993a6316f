use crate::accounts::FeedClock;
use crate::error::{ensure, BackstopError};
use crate::params::numbers::{LEAST_DEPOSIT, OWN_FEED_CAP};
use crate::params::{listing_error, CollateralNumbers};
use crate::pyth::PriceUpdate;
use crate::shown::{Redemption, ShownCollateral};
use anchor_lang::prelude::*;
use backstop_quantities::{Price, UnixSeconds, ONE_PPB};
use backstop_risk::collateral::{
    aged_price, below_since, doubted_price, CollateralParams, CollateralTerms, Quotation,
};
use backstop_risk::margin::Holding;

/// How a collateral mint is valued.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
pub enum CollateralKind {
    /// The quote mint itself.
    Quote,
    /// The market's underlying, valued with the market's feed.
    Underlying,
    /// A liquid-staking token of the underlying: a feed of its own, and a stake pool that redeems it.
    LiquidStaking,
    /// A stable coin other than quote, with a feed of its own.
    Stable,
}

impl CollateralKind {
    /// True where a margin check reads a feed that is not the market's.
    pub const fn has_own_feed(self) -> bool {
        matches!(self, Self::LiquidStaking | Self::Stable)
    }
}

/// A mint a market accepts, and the books of its vault.
#[account]
#[derive(Debug, InitSpace)]
pub struct Collateral {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// How it is valued.
    pub kind: CollateralKind,
    /// Decimals of the mint.
    pub decimals: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// The mint.
    pub mint: Pubkey,
    /// Token program of the mint.
    pub token_program: Pubkey,
    /// Token account that holds it, authority the market PDA.
    pub vault: Pubkey,
    /// Everything owed out of the vault (account balances and fees), in atoms.
    pub claims_atoms: u64,
    /// Weight in V(IM), 1e9 = 1.
    pub weight_im_ppb: u64,
    /// Weight in V(MM), 1e9 = 1.
    pub weight_mm_ppb: u64,
    /// Worth of one account beyond which initial margin counts half, in quote atoms.
    pub size_atoms: u64,
    /// Part of the worth lost per unit of fall of the underlying, beyond moving with it, 1e9 = 1.
    pub wrong_way_ppb: u64,
    /// Least deposit, in atoms: dust is refused.
    pub least_deposit_atoms: u64,
    /// Pyth feed, where it has one of its own; zeros otherwise.
    pub feed_id: [u8; 32],
    /// Stake pool that redeems a liquid-staking token; the default key otherwise.
    pub stake_pool: Pubkey,
    /// Owner of that account when the token was listed.
    pub stake_pool_program: Pubkey,
    /// Deposits that raise `claims_atoms` above this are refused, in atoms.
    pub cap_atoms: u64,
    /// When it was listed, unix seconds: initial margin counts more of it from day to day. 0: the whole from the
    /// first day.
    pub listed_at: i64,
    /// Since when the market price of a liquid-staking token has been shown far below redemption, unix seconds; 0
    /// while it is not.
    pub below_since: i64,
    /// Publish time of the price shown last for that, unix seconds.
    pub observed_at: i64,
    /// Peg, staking, listing and age.
    pub numbers: CollateralNumbers,
    /// Room for later fields.
    pub reserved: [u8; 32],
}

impl Collateral {
    /// Terms in the words of `risk`.
    pub fn terms(&self) -> CollateralTerms {
        CollateralTerms {
            nature: self.kind.nature(),
            decimals: self.decimals,
            weight_im_ppb: self.weight_im_ppb,
            weight_mm_ppb: self.weight_mm_ppb,
            size_atoms: self.size_atoms,
            wrong_way_ppb: self.wrong_way_ppb,
            listed_at: UnixSeconds::new(self.listed_at),
        }
    }

    /// Errors unless what the market lists lies in the hard bounds of its kind, with the error of the number that does
    /// not: 6780 to 6789.
    pub fn check_listing(&self) -> Result<()> {
        let whole = self.kind != CollateralKind::Quote || self.weight_im_ppb == ONE_PPB;
        ensure(whole, BackstopError::WeightOutOfBounds)?;
        let listed = self.terms().check_listing(&self.numbers.params());
        listed.map_err(listing_error)?;
        let least = LEAST_DEPOSIT.check(self.least_deposit_atoms);
        ensure(least.is_ok(), BackstopError::LeastDepositOutOfBounds)?;
        let capped = !self.kind.has_own_feed() || OWN_FEED_CAP.check(self.cap_atoms).is_ok();
        ensure(
            capped && self.least_deposit_atoms <= self.cap_atoms,
            BackstopError::CapOutOfBounds,
        )
    }

    /// What `atoms` of the underlying count at `price`; every number rounds down.
    pub fn holding(&self, atoms: u64, price: Price, now: i64) -> Result<Holding> {
        let quoted = Quotation {
            market: price,
            redemption: price,
            below_since: None,
        };
        holding(&self.terms(), &self.numbers.params(), &quoted, atoms, now)
    }

    /// A collateral with a feed of its own at an update of that feed, the market price lowered by an age of
    /// `aged_seconds`; `clock` is that of its feed, `redemption` what its stake pool pays.
    pub fn shown(
        &self,
        update: &PriceUpdate,
        clock: &FeedClock,
        redemption: Option<Redemption>,
        aged_seconds: i64,
    ) -> Result<ShownCollateral> {
        let params = self.numbers.params();
        let market = aged_price(update.price(), aged_seconds, &params);
        let redemption = match redemption {
            Some(redemption) => redemption.price()?,
            None => market,
        };
        // Age makes no market fall: far below or not is seen at the price as it was published.
        let published = Quotation {
            market: update.price(),
            redemption,
            below_since: None,
        };
        let stored = (self.below_since > 0).then(|| UnixSeconds::new(self.below_since));
        let still = stored.filter(|at| below_since(&published, *at, &params).is_some());
        Ok(ShownCollateral {
            mint: self.mint,
            terms: self.terms(),
            params,
            quoted: Quotation {
                market,
                redemption,
                below_since: still,
            },
            update: *update,
            gap_ended_at: clock.gap_ended_at,
        })
    }
}

impl ShownCollateral {
    /// What `atoms` of it count; every number rounds down. Beyond `free_ppb` the confidence of its price lowers what
    /// margin counts of it. Its value stays: nobody chooses by the confidence how cheap what he buys looks.
    pub fn holding(&self, atoms: u64, free_ppb: u64, now: i64) -> Result<Holding> {
        let whole = holding(&self.terms, &self.params, &self.quoted, atoms, now)?;
        let confidence_ppb = self.update.confidence_ppb;
        if confidence_ppb <= free_ppb {
            return Ok(whole);
        }
        let doubted = Quotation {
            market: doubted_price(self.quoted.market, confidence_ppb, free_ppb),
            ..self.quoted
        };
        Ok(Holding {
            value_atoms: whole.value_atoms,
            ..holding(&self.terms, &self.params, &doubted, atoms, now)?
        })
    }
}

fn holding(
    terms: &CollateralTerms,
    params: &CollateralParams,
    quoted: &Quotation,
    atoms: u64,
    now: i64,
) -> Result<Holding> {
    let holding = terms.holding(atoms, quoted, UnixSeconds::new(now), params);
    holding.map_err(|_| error!(BackstopError::AmountOverflow))
}
