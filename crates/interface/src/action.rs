//! What each action asks of the market's price and at which level of the market it may be done, as data: the
//! program builds its demands from it, the tests run each row.

use crate::accounts::{FeedClock, Market};
use crate::error::{ensure, BackstopError};
use crate::pyth::PriceUpdate;
use crate::shown::OLDEST_SECONDS;
use anchor_lang::prelude::*;
use backstop_quantities::{mul_div_floor, ONE_PPB};
use backstop_risk::quoting::FORMULA_CONFIDENCE_PPB;
use backstop_risk::volatility::GRID_SECONDS;

/// What an instruction is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Action {
    /// Deposit, put option tokens in, repay, cancel, stake, settle, redeem.
    Secure,
    /// Take something out of an account that is neither short nor in debt.
    TakeFree,
    /// Trade near mark so that no party holds or owes more of the series than before.
    Close,
    /// Trade so that somebody holds or owes more than before, write or hand over.
    AddRisk,
    /// Take something out of an account that is short or in debt; also by a closing trade far from mark.
    Withdraw,
    /// Find a premium by a formula.
    Formula,
    /// Find a premium by a formula at the update a request waited for.
    Execute,
    /// Seize an account, note its breach, or end its auction.
    Liquidate,
    /// Buy a slice of a seized account.
    Bid,
    /// Buy collateral of a debtor or an estate.
    Convert,
    /// Measure the uncovered loss of an account.
    Measure,
    /// Read a collateral of another feed where value leaves or risk is added.
    YoungCollateral,
    /// Read a collateral of another feed where an account is judged; the older, the less it counts.
    AgedCollateral,
    /// List a series around a price.
    List,
    /// Show the feed clock a newer update.
    Tick,
    /// Show the feed clock an older update for what it proves.
    TickLate,
    /// Prove a minute of the settlement average.
    SettlementPoint,
    /// Look, and write nothing.
    Preview,
}

/// How an update must stand to the feed clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockRule {
    /// Anyhow: the action decides by itself which update it takes, or takes none.
    Free,
    /// At most this many seconds behind it.
    Behind(i64),
    /// As `Behind`, and the clock itself must be as young as the update.
    Young(i64),
}

/// What an update far from its feed's average does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmaRule {
    /// Nothing.
    Free,
    /// A breach found at it must be noted and found again: 30 s later, before 60.
    Holds,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Greatest age of the update, in seconds; `None` if no price is needed or any age serves.
    pub max_age_seconds: Option<i64>,
    /// Greatest confidence over price, ppb; `None` if it does not matter.
    pub max_confidence_ppb: Option<u64>,
    /// Relation to the feed clock.
    pub clock: ClockRule,
    /// Relation to the feed's average.
    pub ema: EmaRule,
    /// Legacy push accounts are read for it, on markets that name one.
    pub legacy: bool,
    /// Greatest level of the market at which it is allowed.
    pub most_level: u8,
}

/// No new risk.
pub const LEVEL_NO_RISK: u8 = 1;
/// Also no withdrawal.
pub const LEVEL_NO_WITHDRAWAL: u8 = 2;
/// Also no seizure and no bid.
pub const LEVEL_FROZEN: u8 = 3;

/// Greatest age of a price where value leaves or risk is added or closed.
pub const AGE_FOR_RISK_SECONDS: i64 = 25;
/// Greatest age of a price where somebody else's account is seized, sold or shown.
pub const AGE_FOR_LIQUIDATION_SECONDS: i64 = 20;
/// Greatest age of a price and of the feed clock where a formula finds a premium.
pub const FORMULA_AGE_SECONDS: i64 = 5;
/// Distance from the feed's average from which a breach must hold, ppb of the average.
pub const FAR_PPB: u64 = 250_000_000;
/// Confidence over price beyond which nothing is done, ppb. From `confidence_free_ppb` on it widens margin.
pub const MAX_CONFIDENCE_PPB: u64 = 50_000_000;
/// Seconds an update may lag behind the feed clock.
pub const CLOCK_LAG_SECONDS: i64 = 10;

/// A row that asks for no price, whatever the level.
const NO_PRICE: Rule = Rule {
    max_age_seconds: None,
    max_confidence_ppb: None,
    clock: ClockRule::Free,
    ema: EmaRule::Free,
    legacy: false,
    most_level: LEVEL_FROZEN,
};

/// A row that asks for a price of at most this age.
const fn priced(max_age_seconds: i64, most_level: u8) -> Rule {
    Rule {
        max_age_seconds: Some(max_age_seconds),
        max_confidence_ppb: Some(MAX_CONFIDENCE_PPB),
        clock: ClockRule::Behind(CLOCK_LAG_SECONDS),
        most_level,
        ..NO_PRICE
    }
}

impl Action {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 18] = [
        Self::Secure,
        Self::TakeFree,
        Self::Close,
        Self::AddRisk,
        Self::Withdraw,
        Self::Formula,
        Self::Execute,
        Self::Liquidate,
        Self::Bid,
        Self::Convert,
        Self::Measure,
        Self::YoungCollateral,
        Self::AgedCollateral,
        Self::List,
        Self::Tick,
        Self::TickLate,
        Self::SettlementPoint,
        Self::Preview,
    ];

    /// Its row.
    pub const fn rule(self) -> Rule {
        match self {
            Self::Secure | Self::SettlementPoint => NO_PRICE,
            Self::TakeFree => Rule {
                most_level: LEVEL_NO_RISK,
                ..NO_PRICE
            },
            Self::Close | Self::Measure => priced(AGE_FOR_RISK_SECONDS, LEVEL_FROZEN),
            Self::YoungCollateral | Self::List => priced(AGE_FOR_RISK_SECONDS, LEVEL_FROZEN),
            Self::AgedCollateral => priced(OLDEST_SECONDS, LEVEL_FROZEN),
            Self::AddRisk | Self::Withdraw => priced(AGE_FOR_RISK_SECONDS, 0),
            Self::Formula => Rule {
                clock: ClockRule::Young(CLOCK_LAG_SECONDS),
                max_confidence_ppb: Some(FORMULA_CONFIDENCE_PPB),
                ..priced(FORMULA_AGE_SECONDS, LEVEL_FROZEN)
            },
            // Which update decides is the request's rule, so its age and the clock say nothing.
            Self::Execute => Rule {
                max_confidence_ppb: Some(FORMULA_CONFIDENCE_PPB),
                most_level: 0,
                ..NO_PRICE
            },
            Self::Liquidate => Rule {
                ema: EmaRule::Holds,
                ..priced(AGE_FOR_LIQUIDATION_SECONDS, LEVEL_NO_WITHDRAWAL)
            },
            // What it proves lies in the past of the clock.
            Self::TickLate => Rule {
                clock: ClockRule::Free,
                ..priced(GRID_SECONDS, LEVEL_FROZEN)
            },
            Self::Bid => priced(AGE_FOR_LIQUIDATION_SECONDS, LEVEL_NO_WITHDRAWAL),
            Self::Convert | Self::Tick => priced(AGE_FOR_LIQUIDATION_SECONDS, LEVEL_FROZEN),
            Self::Preview => Rule {
                legacy: true,
                ..NO_PRICE
            },
        }
    }

    /// What a trade is: one that `closes` on both sides is new risk to nobody, and far from mark it takes value out of
    /// one of them.
    pub const fn of_trade(closes: bool, near_mark: bool) -> Self {
        match (closes, near_mark) {
            (true, true) => Self::Close,
            (true, false) => Self::Withdraw,
            (false, _) => Self::AddRisk,
        }
    }

    /// How collaterals of other feeds are read for it.
    pub const fn collateral(self) -> Self {
        match self {
            // Nobody chooses how cheap what he buys looks.
            Self::Close | Self::AddRisk | Self::Withdraw | Self::Bid => Self::YoungCollateral,
            // Nor how bad what is counted of somebody.
            Self::Measure => Self::YoungCollateral,
            _ => Self::AgedCollateral,
        }
    }

    /// Errors with [`BackstopError::LevelForbids`] if a market at its level does not allow it.
    pub fn check_level(self, market: &Market) -> Result<()> {
        ensure(
            market.level <= self.rule().most_level,
            BackstopError::LevelForbids,
        )?;
        Ok(())
    }

    /// Age, confidence and relation to the clock of a genuine update.
    ///
    /// Errors: PriceStale, PriceTooUncertain, PriceBehindFeedClock, FormulaStale, FormulaUncertain.
    pub fn check_price(self, update: &PriceUpdate, clock: &FeedClock, now: i64) -> Result<()> {
        let rule = self.rule();
        let too_old = |at: i64| {
            rule.max_age_seconds
                .is_some_and(|most| now.saturating_sub(at) > most)
        };
        if let ClockRule::Young(_) = rule.clock {
            let young = !too_old(update.publish_at) && !too_old(clock.publish_at);
            ensure(young, BackstopError::FormulaStale)?;
        }
        ensure(!too_old(update.publish_at), BackstopError::PriceStale)?;
        let most = rule.max_confidence_ppb.unwrap_or(u64::MAX);
        let uncertain = match self {
            Self::Formula | Self::Execute => BackstopError::FormulaUncertain,
            _ => BackstopError::PriceTooUncertain,
        };
        crate::ensure(update.confidence_ppb <= most, uncertain)?;
        let lag = match rule.clock {
            ClockRule::Free => return Ok(()),
            ClockRule::Behind(lag) | ClockRule::Young(lag) => lag,
        };
        ensure(
            update.publish_at >= clock.publish_at.saturating_sub(lag),
            BackstopError::PriceBehindFeedClock,
        )?;
        Ok(())
    }
}

/// Whether a price lies so far from its feed's average that a breach found at it must hold. A feed without an
/// average says nothing that could reassure.
pub fn far_from_average(update: &PriceUpdate) -> bool {
    let distance = update.price.abs_diff(update.ema_price);
    let allowed = mul_div_floor(update.ema_price, FAR_PPB, ONE_PPB).unwrap_or(u64::MAX);
    distance > allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No market's level can be raised after genesis, and below level 1 nobody comes to hold anything: this is asked
    /// here and not of the bytecode.
    #[test]
    fn only_a_closing_trade_near_mark_goes_on_at_every_level() {
        let most = |closes, near| Action::of_trade(closes, near).rule().most_level;
        assert_eq!(most(true, true), LEVEL_FROZEN);
        assert_eq!(Action::of_trade(true, false), Action::Withdraw);
        assert_eq!(most(true, false), Action::Withdraw.rule().most_level);
        for near in [true, false] {
            assert_eq!(Action::of_trade(false, near), Action::AddRisk);
            assert_eq!(most(false, near), 0);
        }
    }

    /// A trade's price and collaterals are found before it is known what it is: its rows may differ in the level alone.
    #[test]
    fn all_a_trade_may_be_asks_the_same_of_prices() {
        let rows = [Action::Close, Action::Withdraw, Action::AddRisk];
        for action in rows {
            let rule = Rule {
                most_level: 0,
                ..action.rule()
            };
            assert_eq!(rule, Action::AddRisk.rule());
            assert_eq!(action.collateral(), Action::AddRisk.collateral());
        }
    }
}
