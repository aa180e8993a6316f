//! Every parameter of this crate: unit, default, hard bounds and the reason for the default.

use crate::RiskError;
use backstop_quantities::convert::u64_or_zero;

/// One parameter. `min` and `max` are hard: no governance moves a value beyond them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounded {
    /// Field name.
    pub name: &'static str,
    /// Unit of the numbers.
    pub unit: &'static str,
    /// Value to start from.
    pub default: u64,
    /// Least value accepted.
    pub min: u64,
    /// Greatest value accepted.
    pub max: u64,
    /// Why the default is what it is.
    pub reason: &'static str,
}

impl Bounded {
    /// Accepts `value` within the bounds.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` with the parameter's name.
    pub const fn check(&self, value: u64) -> Result<(), RiskError> {
        if value < self.min || value > self.max {
            Err(RiskError::ParameterOutOfBounds(self.name))
        } else {
            Ok(())
        }
    }

    /// The same for a number of seconds kept signed.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` with the parameter's name.
    pub const fn check_signed(&self, value: i64) -> Result<(), RiskError> {
        if value < 0 {
            return Err(RiskError::ParameterOutOfBounds(self.name));
        }
        self.check(u64_or_zero(value))
    }
}

macro_rules! parameters {
    ($($constant:ident = $name:literal, $unit:literal, $default:literal in $min:literal ..= $max:literal, $reason:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "` (", $unit, "): ", $reason)]
            pub const $constant: Bounded = Bounded {
                name: $name, unit: $unit, default: $default, min: $min, max: $max, reason: $reason,
            };
        )*
        /// All parameters, for documents, clients and tests.
        pub const TABLE: &[Bounded] = &[$($constant),*];
    };
}

parameters! {
    SCAN = "scan_ppb", "ppb of spot", 300_000_000 in 50_000_000 ..= 500_000_000,
        "SOL lost 28 % in its worst hour and 27.7 % in ten minutes of October 2025; BTC and ETH take 25 %";
    VOL_UP = "vol_up_ppb", "ppb of volatility at 30 days", 500_000_000 in 100_000_000 ..= 1_000_000_000,
        "the half again by which short-dated volatility rose in past crashes at the 30-day tenor";
    VOL_DOWN = "vol_down_ppb", "ppb of volatility at 30 days", 300_000_000 in 50_000_000 ..= 350_000_000,
        "volatility falls slower than it rises; at one day the factor is 2.77, so more than 0.36 would pass zero";
    VOL_FLOOR = "vol_floor_ppm", "ppm a year", 400_000 in 100_000 ..= 1_000_000,
        "shocked volatility of a coin below 40 % has not been seen in a stress";
    TAIL_034 = "tail_034_damp_ppb", "ppb of the loss at 0.34 x spot", 210_000_000 in 0 ..= 1_000_000_000,
        "a fall by two thirds is survived partly: damped as in published portfolio margins";
    TAIL_067 = "tail_067_damp_ppb", "ppb of the loss at 0.67 x spot", 420_000_000 in 0 ..= 1_000_000_000,
        "a fall by a third lies just beyond the scan range";
    TAIL_150 = "tail_150_damp_ppb", "ppb of the loss at 1.5 x spot", 600_000_000 in 0 ..= 1_000_000_000,
        "SOL rose 30 % in an hour; BTC and ETH take 0.28";
    TAIL_200 = "tail_200_damp_ppb", "ppb of the loss at 2 x spot", 300_000_000 in 0 ..= 1_000_000_000,
        "half of the tail at 1.5, as the jump is; BTC and ETH take 0.14";
    TAIL_300 = "tail_300_damp_ppb", "ppb of the loss at 3 x spot", 70_000_000 in 0 ..= 1_000_000_000,
        "keeps sellers of far calls from writing without limit";
    TAIL_400 = "tail_400_damp_ppb", "ppb of the loss at 4 x spot", 50_000_000 in 0 ..= 1_000_000_000,
        "keeps sellers of far calls from writing without limit";
    SHORT_FLOOR_IM = "short_floor_im_ppb", "ppb of spot per net short contract", 20_000_000 in 0 ..= 100_000_000,
        "a far short leg that no scenario reaches still costs something to write";
    SHORT_FLOOR_MM = "short_floor_mm_ppb", "ppb of spot per net short contract", 3_000_000 in 0 ..= 50_000_000,
        "the same at maintenance, small enough not to liquidate worthless legs";
    MM_FACTOR = "mm_factor_ppb", "ppb of the scenario loss", 800_000_000 in 500_000_000 ..= 1_000_000_000,
        "a quarter of head-room between opening and liquidation";
    LONG_CREDIT_IM = "long_credit_im_ppb", "ppb of net positive option value", 800_000_000 in 0 ..= 950_000_000,
        "what a long pays depends on the others of its expiry paying";
    LONG_CREDIT_MM = "long_credit_mm_ppb", "ppb of net positive option value", 900_000_000 in 0 ..= 1_000_000_000,
        "as at initial margin, with less head-room";
    CONFIDENCE_FREE = "confidence_free_ppb", "ppb of spot", 20_000_000 in 1_000_000 ..= 50_000_000,
        "an oracle confidence above 2 % widens the scan range by the excess";
    GAMMA = "gamma_ppb", "ppb of spot per short contract at expiry", 18_750_000 in 0 ..= 50_000_000,
        "a sixteenth of the scan range: so far a payoff with one bend can lie below the chord of two neighbouring grid prices";
    GAMMA_SECONDS = "gamma_seconds", "seconds before expiry", 172_800 in 3_600 ..= 604_800,
        "at two days and 80 % volatility one deviation, 6 %, is less than a step of the grid, 7.5 %";
    CONCENTRATION = "concentration_ppb", "ppb of spot per contract at a net short position of the depth", 100_000_000 in 10_000_000 ..= 1_000_000_000,
        "closing as much as the depth is taken to move the price by a tenth";
    DEPTH = "depth_contracts", "contracts scaled 1e6", 100_000_000_000 in 1_000_000_000 ..= 1_000_000_000_000_000_000,
        "100 000 contracts, governed: open interest, the other measure at hand, can be made by one person; a coin of a hundred-thousandth has as much depth in 10^12";
    WRONG_WAY = "wrong_way_ppb", "ppb of worth per unit of fall of the spot", 0 in 0 ..= 400_000_000,
        "nothing unless a collateral is listed as falling with the underlying; 0.4 leaves it above nothing at the deepest scan";
    TARGET = "target_ppb", "ppb of stress", 300_000_000 in 100_000_000 ..= 1_000_000_000,
        "how far a slice lifts an account above its maintenance requirement";
    PENALTY = "penalty_ppb", "ppb of stress", 50_000_000 in 0 ..= 100_000_000,
        "pays keepers and the fund out of solvent accounts only";
    ACCOUNT_LIMIT = "account_limit_ppb", "ppb of stress at the trigger", 250_000_000 in 0 ..= 1_000_000_000,
        "what the fund may lose to one account before the shortfall is shared";
    INCIDENT_SHARE = "incident_share_ppb", "ppb of fund assets", 500_000_000 in 0 ..= 1_000_000_000,
        "one day's incident may not empty the fund";
    THROTTLE = "throttle_ppb", "ppb of the quantities at the trigger", 200_000_000 in 50_000_000 ..= 1_000_000_000,
        "a large account is not sold to one bidder in the first minutes";
    THROTTLE_SECONDS = "throttle_seconds", "healthy seconds", 300 in 0 ..= 1_200,
        "time for a second bidder to appear";
    THROTTLE_ABOVE = "throttle_above_atoms", "quote atoms of stress", 100_000_000_000 in 0 ..= 10_000_000_000_000,
        "below 100 000 quote of stress one bidder is enough";
    LOT = "lot_atoms", "quote atoms", 25_000_000_000 in 1_000_000 ..= 1_000_000_000_000,
        "small enough for many bidders, large enough to be worth a transaction";
    RECAP_AUCTION_CAP = "auction_cap_ppb", "ppb of token supply", 50_000_000 in 1_000_000 ..= 100_000_000,
        "one shortfall dilutes by at most 5 %";
    RECAP_WINDOW_CAP = "window_cap_ppb", "ppb of token supply in 90 days", 100_000_000 in 1_000_000 ..= 200_000_000,
        "all shortfalls of a quarter dilute by at most 10 %";
    RECAP_GROWTH = "growth_ppb_per_minute", "ppb a minute", 10_000_000 in 1_000_000 ..= 100_000_000,
        "tokens per quote double in 70 minutes, so the start at half the last price is undone in about one";
    WEIGHT_IM = "weight_im_ppb", "ppb of worth", 800_000_000 in 0 ..= 1_000_000_000,
        "what a volatile collateral may fetch after a bad day, as initial margin counts it";
    WEIGHT_MM = "weight_mm_ppb", "ppb of worth", 900_000_000 in 0 ..= 1_000_000_000,
        "half the haircut of initial margin: what conversion at a discount may cost";
    STABLE_WEIGHT_IM = "stable_weight_im_ppb", "ppb of worth", 900_000_000 in 0 ..= 950_000_000,
        "a coin that may lose its peg is never counted as quote; twice the haircut of maintenance";
    STABLE_WEIGHT_MM = "stable_weight_mm_ppb", "ppb of worth", 950_000_000 in 0 ..= 980_000_000,
        "a coin at par sells for par less what selling much of it at once costs";
    STAKED_WEIGHT_IM = "staked_weight_im_ppb", "ppb of worth", 700_000_000 in 0 ..= 900_000_000,
        "falls with the underlying and may fall behind it: less than the underlying's own";
    STAKED_WEIGHT_MM = "staked_weight_mm_ppb", "ppb of worth", 850_000_000 in 0 ..= 950_000_000,
        "redemption takes days, so conversion pays the market's discount";
    SIZE = "size_atoms", "quote atoms of worth", 2_000_000_000_000 in 1_000_000_000 ..= 1_000_000_000_000_000,
        "beyond what the market of the collateral takes within an hour a further unit sells for less";
    PEG_WHOLE = "peg_whole_ppb", "ppb of 1 quote", 990_000_000 in 960_000_000 ..= 1_000_000_000,
        "large stable coins trade within 1 % of par in ordinary stress";
    PEG_NOTHING = "peg_nothing_ppb", "ppb of 1 quote", 950_000_000 in 500_000_000 ..= 990_000_000,
        "a stable coin 5 % below par has lost its peg: nobody may open risk on it";
    STAKED_GAP = "staked_gap_ppb", "ppb of redemption", 50_000_000 in 10_000_000 ..= 200_000_000,
        "staked tokens trade a few percent below redemption when many leave at once, and return";
    STAKED_SECONDS = "staked_seconds", "seconds", 3_600 in 600 ..= 86_400,
        "longer than a dislocation of one venue, shorter than a loss of the backing can be hidden";
    LISTING_SECONDS = "listing_seconds", "seconds", 604_800 in 0 ..= 7_776_000,
        "a week in which a new collateral and its feed show themselves before much rests on them";
    AGE_HAIRCUT = "age_ppb", "ppb of price per 30 s", 10_000_000 in 0 ..= 100_000_000,
        "a collateral price two minutes old may be 4 % away in a fast market";
    CALM_VOL = "calm_vol_ppm", "ppm a year", 800_000 in 100_000 ..= 3_000_000,
        "the volatility the margin grid is used at without a storm; BTC and ETH take 500 000";
    FORECAST_CAP = "forecast_cap_ppb", "ppb", 1_500_000_000 in 1_000_000_000 ..= 2_000_000_000,
        "a forecast follows the last hours only, so it raises the requirement by a half at most";
    COVER_KNEE = "cover_knee_ppb", "ppb of fund and Reserve line", 700_000_000 in 100_000_000 ..= 950_000_000,
        "three tenths of the cover are left when writing begins to cost more";
    COVER_CAP = "cover_cap_ppb", "ppb", 2_000_000_000 in 1_000_000_000 ..= 3_000_000_000,
        "twice the initial margin when the cover is used up and nothing more may be written";
    CONTRIBUTION = "contribution_ppb", "ppb of added uncovered loss", 1_000_000 in 0 ..= 20_000_000,
        "a tenth of a percent of what the fund would stand for, once, when the risk is added";
    CONTRIBUTION_CAP = "contribution_cap_ppb", "ppb of premium", 125_000_000 in 0 ..= 250_000_000,
        "a fee above an eighth of the premium stops trade instead of pricing risk";
    KEEPER_LOCK = "keeper_lock_atoms", "quote atoms", 5_000_000 in 1_000_000 ..= 100_000_000,
        "pays the useful steps on an account that turns out empty";
    KEEPER_STEP = "keeper_step_atoms", "quote atoms", 1_000_000 in 10_000 ..= 10_000_000,
        "many times the network fee of a step in a congested hour";
    KEEPER_SHARE = "keeper_share_ppb", "ppb of stress", 1_000_000 in 0 ..= 10_000_000,
        "a large account is worth watching in proportion";
    KEEPER_MOST = "keeper_most_atoms", "quote atoms", 500_000_000 in 5_000_000 ..= 5_000_000_000,
        "more than 500 quote for one transaction buys no better watch";
    PREMIUM_FEE = "premium_fee_ppb", "ppb of premium", 20_000_000 in 0 ..= 125_000_000,
        "what a buyer of insurance for the clearing pays elsewhere, in proportion to what he buys";
    NOTIONAL_FEE = "notional_fee_ppb", "ppb of contracts times spot", 0 in 0 ..= 10_000_000,
        "off at the start: a share of the premium alone suits small trades, and the cap makes both the same far from the money";
    TREASURY_FEE = "treasury_fee_ppb", "ppb of the fees collected", 0 in 0 ..= 500_000_000,
        "all to the fund until it is large; never less than half, because the fund is what fees insure";
    FEE_CAP = "fee_cap_ppb", "ppb of premium", 125_000_000 in 0 ..= 125_000_000,
        "a fee above an eighth of the premium stops trade in cheap options";
}
