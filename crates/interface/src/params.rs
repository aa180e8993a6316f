//! The numbers of a market as stored. Bounds and reasons of the risk numbers live in `backstop_risk::params`, those
//! of the others in [`numbers`].

mod collateral;
pub mod numbers;
mod stored;

pub use collateral::{listing_error, CollateralNumbers};

use crate::error::{ensure, BackstopError};
use anchor_lang::prelude::*;
use backstop_risk::fees::FeeParams;
use backstop_risk::liquidation::{AuctionParams, CURVE_POINTS};
use backstop_risk::margin::{MarginParams, TAIL_COUNT};
use backstop_risk::params::Bounded;
use backstop_risk::recapitalisation::RecapParams;
use backstop_risk::stress::StressParams;
use backstop_risk::RiskError;

/// Stored form of [`MarginParams`].
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq, InitSpace)]
pub struct MarginNumbers {
    /// Scan range, ppb of spot.
    pub scan_ppb: u64,
    /// Upward volatility shock at 30 days, ppb of volatility.
    pub vol_up_ppb: u64,
    /// Downward volatility shock at 30 days, ppb of volatility.
    pub vol_down_ppb: u64,
    /// Least shocked volatility, ppm a year.
    pub vol_floor_ppm: u64,
    /// Damping of the losses at 0.34, 0.67, 1.5, 2, 3 and 4 times spot, ppb.
    pub tail_damp_ppb: [u64; TAIL_COUNT],
    /// Short-option floor at initial margin, ppb of spot per net short contract.
    pub short_floor_im_ppb: u64,
    /// Short-option floor at maintenance margin, ppb of spot per net short contract.
    pub short_floor_mm_ppb: u64,
    /// Part of the scenario loss required at maintenance, ppb.
    pub mm_factor_ppb: u64,
    /// Part of an expiry's net positive option value counted at initial margin, ppb.
    pub long_credit_im_ppb: u64,
    /// Part of an expiry's net positive option value counted at maintenance margin, ppb.
    pub long_credit_mm_ppb: u64,
    /// Oracle confidence above which the excess widens the scan range, ppb of price.
    pub confidence_free_ppb: u64,
    /// Add-on per short contract at expiry, ppb of spot.
    pub gamma_ppb: u64,
    /// Seconds before expiry at which that add-on begins.
    pub gamma_seconds: u64,
    /// Concentration add-on per contract of a net short position as large as the depth, ppb of spot.
    pub concentration_ppb: u64,
    /// The governed depth, in millionths of a contract.
    pub depth_contracts: u64,
}

/// One point of the auction's discount curve.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
pub struct CurvePoint {
    /// Healthy seconds since the trigger.
    pub healthy_seconds: i64,
    /// Discount, ppb of stress.
    pub discount_ppb: u64,
}

/// Stored form of [`AuctionParams`].
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq, InitSpace)]
pub struct AuctionNumbers {
    /// Discount over time.
    pub curve: [CurvePoint; CURVE_POINTS],
    /// Target health, ppb of stress.
    pub target_ppb: u64,
    /// Penalty, ppb of stress.
    pub penalty_ppb: u64,
    /// Most the fund pays for one account, ppb of stress at the trigger.
    pub account_limit_ppb: u64,
    /// Most the fund pays in one incident, ppb of its assets.
    pub incident_share_ppb: u64,
    /// Most sold in the first minutes, ppb of the quantities at the trigger.
    pub throttle_ppb: u64,
    /// How long that holds, in healthy seconds.
    pub throttle_seconds: i64,
    /// Stress from which it holds, in quote atoms.
    pub throttle_above_atoms: u64,
}

/// Stored form of [`RecapParams`].
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq, InitSpace)]
pub struct RecapitalisationNumbers {
    /// Size of a lot, in quote atoms.
    pub lot_atoms: u64,
    /// Most tokens for one shortfall, ppb of supply.
    pub auction_cap_ppb: u64,
    /// Most tokens in 90 days, ppb of supply.
    pub window_cap_ppb: u64,
    /// Growth of the tokens offered, ppb a minute.
    pub growth_ppb_per_minute: u64,
}

/// What the volatility forecast and the use of the cover make of initial margin, and what a trade contributes.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq, InitSpace)]
pub struct StressNumbers {
    /// Forecast up to which nothing is scaled, ppm a year.
    pub calm_vol_ppm: u64,
    /// Greatest scale of the forecast, ppb.
    pub forecast_cap_ppb: u64,
    /// Use of the cover up to which nothing is scaled, ppb.
    pub cover_knee_ppb: u64,
    /// Scale when the cover is used up, ppb.
    pub cover_cap_ppb: u64,
    /// Contribution of a trade, ppb of the uncovered loss it adds.
    pub contribution_ppb: u64,
    /// Most of the contribution, ppb of the premium.
    pub contribution_cap_ppb: u64,
}

/// All numbers of a market.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq, InitSpace)]
pub struct MarketParams {
    /// Margin grid and add-ons.
    pub margin: MarginNumbers,
    /// Scale of initial margin.
    pub stress: StressNumbers,
    /// Auction curve and limits.
    pub auction: AuctionNumbers,
    /// Backstop auction.
    pub recapitalisation: RecapitalisationNumbers,
    /// Least contract size, in millionths; every fill is a multiple.
    pub lot_contracts: u64,
    /// Grid of strikes, quote scaled 1e9.
    pub strike_tick_price: u64,
    /// Share of a premium that is the fee, ppb; at most 12.5 %.
    pub premium_fee_ppb: u64,
    /// Age from which a submission or the surface counts as stale, in seconds.
    pub surface_max_age_seconds: i64,
    /// Points of the settlement average, 1 to 30.
    pub settlement_points: u8,
    /// Collecting lasts at least this long, in seconds.
    pub collecting_least_seconds: i64,
    /// Collecting lasts at most this long while nobody settles, and three times it while somebody does.
    pub collecting_most_seconds: i64,
    /// The backstop auction lasts at most this long, in seconds.
    pub recapitalising_seconds: i64,
    /// Least shortfall a backstop auction is held for, in quote atoms.
    pub recapitalisation_least_atoms: u64,
    /// From this long after the price is fixed anyone may finalise whatever the state, in seconds.
    pub finalise_by_seconds: i64,
    /// Share of contracts times spot that is added to the fee, ppb.
    pub notional_fee_ppb: u64,
    /// Most of the fee, ppb of the premium; at most 12.5 %.
    pub fee_cap_ppb: u64,
    /// Treasury's share of the fees, ppb; the rest is the fund's.
    pub treasury_fee_ppb: u64,
    /// What the shared Reserve stands for in this market, beside its fund, in quote atoms.
    pub reserve_line_atoms: u64,
    /// Deposit of who creates a series, in lamports above its rent.
    pub series_deposit_lamports: u64,
    /// Deposit of who creates an expiry, in lamports above its rent.
    pub expiry_deposit_lamports: u64,
}

/// A default of the table.
const fn seconds(number: &Bounded) -> i64 {
    number.default.cast_signed()
}

impl Default for MarketParams {
    fn default() -> Self {
        let (margin, auction, recap) = (
            MarginParams::default(),
            AuctionParams::default(),
            RecapParams::default(),
        );
        let fees = FeeParams::default();
        Self {
            margin: margin.into(),
            stress: StressParams::default().into(),
            auction: auction.into(),
            recapitalisation: recap.into(),
            lot_contracts: numbers::LOT_CONTRACTS.default,
            strike_tick_price: numbers::STRIKE_TICK.default,
            premium_fee_ppb: fees.premium_ppb,
            surface_max_age_seconds: seconds(&numbers::SURFACE_MAX_AGE),
            settlement_points: 30,
            collecting_least_seconds: seconds(&numbers::COLLECTING_LEAST),
            collecting_most_seconds: seconds(&numbers::COLLECTING_MOST),
            recapitalising_seconds: seconds(&numbers::RECAPITALISING),
            recapitalisation_least_atoms: numbers::LEAST_SHORTFALL.default,
            finalise_by_seconds: seconds(&numbers::FINALISE_BY),
            notional_fee_ppb: fees.notional_ppb,
            fee_cap_ppb: fees.cap_ppb,
            treasury_fee_ppb: fees.treasury_ppb,
            reserve_line_atoms: numbers::RESERVE_LINE.default,
            series_deposit_lamports: numbers::SERIES_DEPOSIT.default,
            expiry_deposit_lamports: numbers::EXPIRY_DEPOSIT.default,
        }
    }
}

impl MarketParams {
    /// Errors with [`BackstopError::ParameterOutOfBounds`] unless every number lies in its bounds.
    pub fn validate(&self) -> Result<()> {
        let risk = self
            .margin()
            .validate()
            .and(self.stress().validate())
            .and(self.auction().validate())
            .and(self.recapitalisation().validate())
            .and(self.fees().validate());
        ensure(risk.is_ok(), BackstopError::ParameterOutOfBounds)?;
        let own = self.check_own();
        ensure(own.is_ok(), BackstopError::ParameterOutOfBounds)?;
        Ok(())
    }

    fn check_own(&self) -> core::result::Result<(), RiskError> {
        numbers::LOT_CONTRACTS.check(self.lot_contracts)?;
        numbers::STRIKE_TICK.check(self.strike_tick_price)?;
        numbers::SURFACE_MAX_AGE.check_signed(self.surface_max_age_seconds)?;
        numbers::SETTLEMENT_POINTS.check(self.settlement_points.into())?;
        numbers::COLLECTING_LEAST.check_signed(self.collecting_least_seconds)?;
        numbers::COLLECTING_MOST.check_signed(self.collecting_most_seconds)?;
        numbers::RECAPITALISING.check_signed(self.recapitalising_seconds)?;
        numbers::LEAST_SHORTFALL.check(self.recapitalisation_least_atoms)?;
        numbers::FINALISE_BY.check_signed(self.finalise_by_seconds)?;
        numbers::RESERVE_LINE.check(self.reserve_line_atoms)?;
        numbers::SERIES_DEPOSIT.check(self.series_deposit_lamports)?;
        numbers::EXPIRY_DEPOSIT.check(self.expiry_deposit_lamports)?;
        if self.collecting_most_seconds < self.collecting_least_seconds {
            return Err(RiskError::ParameterOutOfBounds(
                numbers::COLLECTING_MOST.name,
            ));
        }
        Ok(())
    }
}
