//! Stored numbers to those of `risk` and back.

use super::{
    AuctionNumbers, CurvePoint, MarginNumbers, MarketParams, RecapitalisationNumbers, StressNumbers,
};
use backstop_risk::fees::FeeParams;
use backstop_risk::liquidation::AuctionParams;
use backstop_risk::margin::MarginParams;
use backstop_risk::recapitalisation::RecapParams;
use backstop_risk::stress::StressParams;

impl MarketParams {
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

    /// Scales of initial margin and contribution for `risk`.
    pub fn stress(&self) -> StressParams {
        StressParams {
            calm_vol_ppm: self.stress.calm_vol_ppm,
            forecast_cap_ppb: self.stress.forecast_cap_ppb,
            cover_knee_ppb: self.stress.cover_knee_ppb,
            cover_cap_ppb: self.stress.cover_cap_ppb,
            contribution_ppb: self.stress.contribution_ppb,
            contribution_cap_ppb: self.stress.contribution_cap_ppb,
        }
    }

    /// Fee schedule for `risk`.
    pub fn fees(&self) -> FeeParams {
        FeeParams {
            premium_ppb: self.premium_fee_ppb,
            notional_ppb: self.notional_fee_ppb,
            cap_ppb: self.fee_cap_ppb,
            treasury_ppb: self.treasury_fee_ppb,
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
            cover_knee_ppb: s.cover_knee_ppb,
            cover_cap_ppb: s.cover_cap_ppb,
            contribution_ppb: s.contribution_ppb,
            contribution_cap_ppb: s.contribution_cap_ppb,
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
