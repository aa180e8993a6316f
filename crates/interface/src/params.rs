//! The numbers of a market as stored. Meaning, bounds and reasons of the risk numbers live in
//! `backstop_risk::params`; here are only those that time and trade the instructions.

use crate::error::BackstopError;
use anchor_lang::prelude::*;
use backstop_risk::fees::FeeParams;
use backstop_risk::liquidation::{AuctionParams, CURVE_POINTS};
use backstop_risk::margin::{MarginParams, TAIL_COUNT};
use backstop_risk::recapitalisation::RecapParams;
use backstop_risk::stress::StressParams;

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

/// What the volatility forecast makes of initial margin.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq, InitSpace)]
pub struct StressNumbers {
    /// Forecast up to which nothing is scaled, ppm a year.
    pub calm_vol_ppm: u64,
    /// Greatest scale of the forecast, ppb.
    pub forecast_cap_ppb: u64,
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
    /// Deposit of who creates a series, in lamports above its rent.
    pub series_deposit_lamports: u64,
    /// Deposit of who creates an expiry, in lamports above its rent.
    pub expiry_deposit_lamports: u64,
}

const HOUR: i64 = 3600;
/// Coarsest grid of strikes: a thousand quote, scaled 1e9.
const MOST_TICK_PRICE: u64 = 1_000_000_000_000;
/// Shortfalls from here on are always auctioned: ten million quote, in atoms.
const MOST_LEAST_SHORTFALL_ATOMS: u64 = 10_000_000_000_000;
/// Highest deposit: ten SOL, in lamports.
const MOST_DEPOSIT_LAMPORTS: u64 = 10_000_000_000;

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
            lot_contracts: 10_000,
            strike_tick_price: 500_000_000,
            premium_fee_ppb: fees.premium_ppb,
            surface_max_age_seconds: HOUR,
            settlement_points: 30,
            collecting_least_seconds: HOUR / 2,
            collecting_most_seconds: 2 * HOUR,
            recapitalising_seconds: 4 * HOUR,
            recapitalisation_least_atoms: 10_000_000_000,
            finalise_by_seconds: 12 * HOUR,
            notional_fee_ppb: fees.notional_ppb,
            fee_cap_ppb: fees.cap_ppb,
            series_deposit_lamports: 50_000_000,
            expiry_deposit_lamports: 200_000_000,
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
        require!(risk.is_ok(), BackstopError::ParameterOutOfBounds);
        let deposits = [self.series_deposit_lamports, self.expiry_deposit_lamports];
        let listed = deposits
            .iter()
            .all(|deposit| *deposit <= MOST_DEPOSIT_LAMPORTS);
        let traded = self.lot_contracts > 0
            && self.lot_contracts <= 1_000_000
            && (1..=MOST_TICK_PRICE).contains(&self.strike_tick_price)
            && self.recapitalisation_least_atoms <= MOST_LEAST_SHORTFALL_ATOMS;
        let timed = (60..=24 * HOUR).contains(&self.surface_max_age_seconds)
            && (1..=30).contains(&self.settlement_points)
            && (60..=HOUR).contains(&self.collecting_least_seconds)
            && (self.collecting_least_seconds..=6 * HOUR).contains(&self.collecting_most_seconds)
            && (600..=12 * HOUR).contains(&self.recapitalising_seconds)
            && (HOUR..=48 * HOUR).contains(&self.finalise_by_seconds);
        require!(
            traded && timed && listed,
            BackstopError::ParameterOutOfBounds
        );
        Ok(())
    }

    /// Margin parameters for `risk`.
    pub fn margin(&self) -> MarginParams {
        let m = &self.margin;
        MarginParams {
            scan_ppb: m.scan_ppb,
            vol_up_ppb: m.vol_up_ppb,
            vol_down_ppb: m.vol_down_ppb,
            vol_floor_ppm: m.vol_floor_ppm,
            tail_damp_ppb: m.tail_damp_ppb,
            short_floor_im_ppb: m.short_floor_im_ppb,
            short_floor_mm_ppb: m.short_floor_mm_ppb,
            mm_factor_ppb: m.mm_factor_ppb,
            long_credit_im_ppb: m.long_credit_im_ppb,
            long_credit_mm_ppb: m.long_credit_mm_ppb,
            confidence_free_ppb: m.confidence_free_ppb,
            gamma_ppb: m.gamma_ppb,
            gamma_seconds: m.gamma_seconds,
            concentration_ppb: m.concentration_ppb,
            depth_contracts: m.depth_contracts,
        }
    }

    /// Scales of initial margin for `risk`; what is not stored keeps its default and is not used.
    pub fn stress(&self) -> StressParams {
        StressParams {
            calm_vol_ppm: self.stress.calm_vol_ppm,
            forecast_cap_ppb: self.stress.forecast_cap_ppb,
            ..StressParams::default()
        }
    }

    /// Fee schedule for `risk`.
    pub fn fees(&self) -> FeeParams {
        FeeParams {
            premium_ppb: self.premium_fee_ppb,
            notional_ppb: self.notional_fee_ppb,
            cap_ppb: self.fee_cap_ppb,
        }
    }

    /// Auction parameters for `risk`.
    pub fn auction(&self) -> AuctionParams {
        let a = &self.auction;
        AuctionParams {
            curve: a
                .curve
                .map(|point| (point.healthy_seconds, point.discount_ppb)),
            target_ppb: a.target_ppb,
            penalty_ppb: a.penalty_ppb,
            account_limit_ppb: a.account_limit_ppb,
            incident_share_ppb: a.incident_share_ppb,
            throttle_ppb: a.throttle_ppb,
            throttle_seconds: a.throttle_seconds,
            throttle_above_atoms: a.throttle_above_atoms,
        }
    }

    /// Backstop auction parameters for `risk`.
    pub fn recapitalisation(&self) -> RecapParams {
        let r = &self.recapitalisation;
        RecapParams {
            lot_atoms: r.lot_atoms,
            auction_cap_ppb: r.auction_cap_ppb,
            window_cap_ppb: r.window_cap_ppb,
            growth_ppb_per_minute: r.growth_ppb_per_minute,
        }
    }
}

impl From<MarginParams> for MarginNumbers {
    fn from(m: MarginParams) -> Self {
        Self {
            scan_ppb: m.scan_ppb,
            vol_up_ppb: m.vol_up_ppb,
            vol_down_ppb: m.vol_down_ppb,
            vol_floor_ppm: m.vol_floor_ppm,
            tail_damp_ppb: m.tail_damp_ppb,
            short_floor_im_ppb: m.short_floor_im_ppb,
            short_floor_mm_ppb: m.short_floor_mm_ppb,
            mm_factor_ppb: m.mm_factor_ppb,
            long_credit_im_ppb: m.long_credit_im_ppb,
            long_credit_mm_ppb: m.long_credit_mm_ppb,
            confidence_free_ppb: m.confidence_free_ppb,
            gamma_ppb: m.gamma_ppb,
            gamma_seconds: m.gamma_seconds,
            concentration_ppb: m.concentration_ppb,
            depth_contracts: m.depth_contracts,
        }
    }
}

impl From<StressParams> for StressNumbers {
    fn from(s: StressParams) -> Self {
        Self {
            calm_vol_ppm: s.calm_vol_ppm,
            forecast_cap_ppb: s.forecast_cap_ppb,
        }
    }
}

impl From<AuctionParams> for AuctionNumbers {
    fn from(a: AuctionParams) -> Self {
        Self {
            curve: a.curve.map(|(healthy_seconds, discount_ppb)| CurvePoint {
                healthy_seconds,
                discount_ppb,
            }),
            target_ppb: a.target_ppb,
            penalty_ppb: a.penalty_ppb,
            account_limit_ppb: a.account_limit_ppb,
            incident_share_ppb: a.incident_share_ppb,
            throttle_ppb: a.throttle_ppb,
            throttle_seconds: a.throttle_seconds,
            throttle_above_atoms: a.throttle_above_atoms,
        }
    }
}

impl From<RecapParams> for RecapitalisationNumbers {
    fn from(r: RecapParams) -> Self {
        Self {
            lot_atoms: r.lot_atoms,
            auction_cap_ppb: r.auction_cap_ppb,
            window_cap_ppb: r.window_cap_ppb,
            growth_ppb_per_minute: r.growth_ppb_per_minute,
        }
    }
}
