//! What collateral counts: worth at three purposes, with everything that lowers it.
//!
//! value = worth at the price, no haircut; IM = weight * listing * peg of the worth cut by size;
//! MM = weight in force of the worth. IM <= MM <= value, and each never falls with the amount, so more
//! collateral never lowers health.

mod params;
mod staked;
mod weight;

pub use params::{CollateralParams, AGE_STEP_SECONDS};
pub use staked::{below_since, market_counts, redemption_floor};
pub(crate) use weight::LEAST_RISE_PPB;
pub use weight::{deposit_room, listed_ppb, peg_ppb, sized_atoms, MmWeight};

use crate::margin::Holding;
use crate::params as table;
use crate::RiskError;
use backstop_quantities::convert::u64_or_zero;
use backstop_quantities::{mul_div_ceil, mul_div_floor, Atoms, Ppb, Price, UnixSeconds, ONE_PPB};

/// Price of 1 quote.
const PAR: Price = Price::new(backstop_quantities::PRICE_SCALE);
/// Scale of units of the underlying.
const UNITS_SCALE: u64 = 1_000_000;
/// 10^3 between a price (1e9) and quote atoms (1e6).
const PRICE_TO_ATOMS_DIGITS: u32 = 3;

/// How a collateral is priced and what moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// The market's underlying: moves with the spot, covers short calls one to one.
    Underlying,
    /// A liquid-staking token of the underlying: moves with the spot, redeemable at a known price.
    Staked,
    /// A stable coin other than quote: never worth more than 1.
    Stable,
    /// Anything else with a feed of its own.
    Other,
}

/// Terms of one collateral mint in one market. Bounds in [`crate::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollateralTerms {
    /// How it is priced.
    pub nature: Nature,
    /// Decimals of the mint, at most 16.
    pub decimals: u8,
    /// Weight at initial margin, ppb.
    pub weight_im_ppb: u64,
    /// Weight at maintenance margin in force (see [`MmWeight`]), ppb; not below the initial one.
    pub weight_mm_ppb: u64,
    /// Worth of one account beyond which initial margin counts half, quote atoms.
    pub size_atoms: u64,
    /// Part of the worth lost per unit of fall of the spot, beyond moving with it, ppb.
    pub wrong_way_ppb: u64,
    /// When the mint was listed: its initial weight rises from 0 from then on.
    pub listed_at: UnixSeconds,
}

/// What a collateral costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// Market price of one unit, quote scaled 1e9.
    pub market: Price,
    /// What the issuer redeems one unit for; read for [`Nature::Staked`] only.
    pub redemption: Price,
    /// Since when the market price has been shown far below redemption; see [`below_since`].
    pub below_since: Option<UnixSeconds>,
}

impl CollateralTerms {
    /// Checks the hard bounds, and that initial margin never counts more than maintenance.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        table::WEIGHT_IM.check(self.weight_im_ppb)?;
        table::WEIGHT_MM.check(self.weight_mm_ppb)?;
        table::SIZE.check(self.size_atoms)?;
        table::WRONG_WAY.check(self.wrong_way_ppb)?;
        if self.weight_im_ppb > self.weight_mm_ppb {
            return Err(RiskError::ParameterOutOfBounds(table::WEIGHT_IM.name));
        }
        if self.decimals > 16 {
            return Err(RiskError::ParameterOutOfBounds("decimals"));
        }
        Ok(())
    }

    /// Checks what a market may list: [`Self::validate`], the narrower weights of a token whose price is not the
    /// market's, and its parameters.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field or the narrower bound.
    pub fn check_listing(&self, params: &CollateralParams) -> Result<(), RiskError> {
        self.validate()?;
        match self.nature {
            Nature::Stable => {
                table::STABLE_WEIGHT_IM.check(self.weight_im_ppb)?;
                table::STABLE_WEIGHT_MM.check(self.weight_mm_ppb)?;
            }
            Nature::Staked => {
                table::STAKED_WEIGHT_IM.check(self.weight_im_ppb)?;
                table::STAKED_WEIGHT_MM.check(self.weight_mm_ppb)?;
            }
            Nature::Underlying | Nature::Other => {}
        }
        params.validate(self.nature)
    }

    /// What `atoms` of the mint count at margin; im <= mm <= value, every number rounded down. Only the
    /// underlying itself counts as units that back calls.
    ///
    /// A zero balance needs no price. For a staked token IM and value count min(market, redemption), MM
    /// redemption (market once it counts); where that leaves MM above the value, the value is raised to
    /// it, so that the stressed part of an account stays positive.
    ///
    /// # Errors
    /// `ZeroPrice` for a balance without price, `TooLarge`, and the bounds of the terms.
    pub fn holding(
        &self,
        atoms: u64,
        quoted: &Quotation,
        now: UnixSeconds,
        params: &CollateralParams,
    ) -> Result<Holding, RiskError> {
        self.validate()?;
        if atoms == 0 {
            return Ok(Holding::default());
        }
        let (low, high) = self.prices(quoted, now, params);
        if low.is_zero() {
            return Err(RiskError::ZeroPrice);
        }
        let least = worth_floor(atoms, self.decimals, low)?;
        let most = worth_floor(atoms, self.decimals, high)?;
        let mm_atoms = part(most.get(), self.weight_mm_ppb);
        Ok(Holding {
            value_atoms: least.get().max(mm_atoms),
            im_atoms: part(
                sized_atoms(least.get(), self.size_atoms),
                self.im_ppb(quoted, now, params),
            ),
            mm_atoms,
            contracts_equivalent: self.units(atoms)?,
            moves_with_spot: self.moves_with_spot(),
            wrong_way_ppb: self.wrong_way_ppb,
        })
    }

    /// The price of IM and value, and that of MM, which is not lower.
    fn prices(
        &self,
        quoted: &Quotation,
        now: UnixSeconds,
        params: &CollateralParams,
    ) -> (Price, Price) {
        match self.nature {
            Nature::Underlying | Nature::Other => (quoted.market, quoted.market),
            Nature::Stable => (quoted.market.min(PAR), quoted.market.min(PAR)),
            Nature::Staked if market_counts(quoted, now, params) => (quoted.market, quoted.market),
            Nature::Staked => (quoted.market.min(quoted.redemption), quoted.redemption),
        }
    }

    /// Weight, listing and peg together, ppb, rounded down.
    fn im_ppb(&self, quoted: &Quotation, now: UnixSeconds, params: &CollateralParams) -> u64 {
        let listed = part(
            self.weight_im_ppb,
            listed_ppb(self.listed_at, now, params).get(),
        );
        match self.nature {
            Nature::Stable => part(listed, peg_ppb(quoted.market, params).get()),
            _ => listed,
        }
    }

    const fn moves_with_spot(&self) -> bool {
        matches!(self.nature, Nature::Underlying | Nature::Staked)
    }

    /// Units scaled 1e6, rounded down.
    fn units(&self, atoms: u64) -> Result<u64, RiskError> {
        if self.nature != Nature::Underlying {
            return Ok(0);
        }
        let unit = power_of_ten(u32::from(self.decimals))?;
        mul_div_floor(atoms, UNITS_SCALE, unit).ok_or(RiskError::TooLarge)
    }
}

/// Quote atoms that `atoms` of a mint are worth at `price`, rounded down, for the vault.
///
/// # Errors
/// `TooLarge` beyond 16 decimals or u64.
pub fn worth_floor(atoms: u64, decimals: u8, price: Price) -> Result<Atoms, RiskError> {
    let unit = power_of_ten(u32::from(decimals).saturating_add(PRICE_TO_ATOMS_DIGITS))?;
    mul_div_floor(atoms, price.get(), unit)
        .map(Atoms::new)
        .ok_or(RiskError::TooLarge)
}

/// The same rounded up: what a buyer of collateral pays.
///
/// # Errors
/// As [`worth_floor`].
pub fn worth_ceil(atoms: u64, decimals: u8, price: Price) -> Result<Atoms, RiskError> {
    let unit = power_of_ten(u32::from(decimals).saturating_add(PRICE_TO_ATOMS_DIGITS))?;
    mul_div_ceil(atoms, price.get(), unit)
        .map(Atoms::new)
        .ok_or(RiskError::TooLarge)
}

/// Least atoms of a collateral that are worth an amount of quote: rounded up, so that they cover it.
///
/// # Errors
/// As [`worth_floor`], and `TooLarge` without a price.
pub fn atoms_worth_ceil(quote: Atoms, decimals: u8, price: Price) -> Result<u64, RiskError> {
    let unit = power_of_ten(u32::from(decimals).saturating_add(PRICE_TO_ATOMS_DIGITS))?;
    mul_div_ceil(quote.get(), unit, price.get()).ok_or(RiskError::TooLarge)
}

/// A collateral price `age_seconds` old as a liquidation counts it: lower by `age_ppb` per 30 s, pro
/// rata, rounded down; 0 once the haircut is whole. A price from the future counts as fresh.
pub fn aged_price(price: Price, age_seconds: i64, params: &CollateralParams) -> Price {
    let haircut = mul_div_ceil(
        u64_or_zero(age_seconds),
        params.age_ppb,
        u64_or_zero(AGE_STEP_SECONDS),
    )
    .unwrap_or(ONE_PPB);
    Price::new(part(price.get(), Ppb::new(haircut).complement().get()))
}

/// A collateral price of a confidence as margin counts it: lower by what of the confidence is beyond `free_ppb`, rounded
/// down. The market's feed widens the scan range by as much.
pub fn doubted_price(price: Price, confidence_ppb: u64, free_ppb: u64) -> Price {
    let doubt = Ppb::new(confidence_ppb.saturating_sub(free_ppb));
    Price::new(part(price.get(), doubt.complement().get()))
}

/// `whole` times a part of at most 1, rounded down.
fn part(whole: u64, ppb: u64) -> u64 {
    mul_div_floor(whole, ppb.min(ONE_PPB), ONE_PPB).unwrap_or(whole)
}

fn power_of_ten(digits: u32) -> Result<u64, RiskError> {
    10u64.checked_pow(digits).ok_or(RiskError::TooLarge)
}
