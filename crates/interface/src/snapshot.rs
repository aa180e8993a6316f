//! The one adapter from accounts to a risk portfolio, used by the program and by everyone outside.

use crate::accounts::{
    Collateral, CollateralSlot, FeedClock, LegSlot, MarginAccount, Market, OptionKind, VolSurface,
    MAX_COLLATERALS, MAX_EXPIRIES, MAX_LEGS, MAX_OWN_FEEDS,
};
use crate::error::{ensure, BackstopError};
use crate::impairment::ImpairedExpiry;
use crate::pyth::PriceUpdate;
use crate::remaining::Known;
use crate::shown::Quotes;
use crate::vols::{Smiles, Vols};
use anchor_lang::prelude::*;
use backstop_quantities::convert::i64_saturating;
use backstop_quantities::{Contracts, Price, UnixSeconds, Vol, ONE_PPB};
use backstop_risk::averaging::{Average, Remainder, Written, AVERAGE_SECONDS, BLEND_SECONDS};
use backstop_risk::margin::{
    self, Assessment, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, Regime,
    PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;
use backstop_risk::stress::both_ppb;
use core::cell::Cell;
use core::fmt;

const _: () = assert!(MAX_EXPIRIES == margin::EXPIRY_COUNT);

/// Seconds before expiry from which a leg is not priced as it was written.
const GLIDE_SECONDS: i64 = AVERAGE_SECONDS + BLEND_SECONDS;

/// What an account is looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To seize or to sell it: legs of an expiry that is over count.
    Liquidation,
    /// It adds risk. Legs of an expiry that is over do not count, because nobody knows yet whether it pays
    /// in full.
    Risk,
    /// Value leaves it. As for risk.
    Withdrawal,
}

/// What is the same for every account at the moment of a margin check.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Price of the underlying and its confidence.
    pub price: PriceUpdate,
    /// Volatilities.
    pub vols: Vols,
    /// What the forecast makes of initial margin, 1e9 = 1.
    pub im_scale_ppb: u64,
    /// The expiries that were shown.
    pub known: Known,
    /// Expiries that hold estates and are not over.
    pub impaired: Vec<ImpairedExpiry>,
    /// The collaterals with feeds of their own that were shown.
    pub quotes: Quotes,
    /// Now, unix seconds.
    pub now: i64,
    /// Where snapshots are made.
    pub(crate) scratch: Scratch,
}

/// The place on the heap snapshots are made in, one after the other: the program's heap never shrinks, so an
/// instruction that judges many accounts must not take a new one for each.
#[derive(Default)]
pub(crate) struct Scratch(Cell<Option<Box<Snapshot>>>);

impl Clone for Scratch {
    /// A place of its own.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scratch")
    }
}

impl Moment {
    /// The moment `now` of a market.
    pub fn of(
        market: &Market,
        (stored, clock): (&VolSurface, &FeedClock),
        price: PriceUpdate,
        known: Known,
        now: i64,
    ) -> Self {
        let params = &market.params;
        let scale = |forecast| params.stress().forecast_scale_ppb(forecast);
        Self {
            price,
            vols: Vols::of(stored, params.surface_max_age_seconds, now),
            im_scale_ppb: clock
                .realised()
                .map_or(ONE_PPB, |seen| scale(seen.forecast())),
            known,
            impaired: stored.impaired().to_vec(),
            quotes: Quotes::default(),
            now,
            scratch: Scratch::default(),
        }
    }

    /// The same with collaterals that have feeds of their own.
    #[must_use]
    pub fn with_quotes(mut self, quotes: Quotes) -> Self {
        self.quotes = quotes;
        self
    }

    /// How net positive value of an expiry counts.
    ///
    /// Errors with [`BackstopError::ExpiryMissing`] if it is over and was not shown.
    fn credit(&self, expires_at: i64) -> Result<Credit> {
        if expires_at <= self.now {
            return Ok(self.known.of(expires_at)?.credit);
        }
        let mut impaired = self.impaired.iter();
        let found = impaired.find(|one| one.expires_at == expires_at);
        Ok(found.map_or(Credit::Whole, |one| Credit::Impaired {
            haircut_ppb: one.haircut_ppb,
        }))
    }

    /// Remembers on the account the publish times of the prices it was judged at.
    pub fn remember(&self, account: &mut MarginAccount) {
        account.last_price_at = account.last_price_at.max(self.price.publish_at);
        self.quotes.remember(account);
    }
}

/// A moment, and how an account is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The market, with its parameters.
    pub market: &'a Market,
    /// Configuration of the underlying as collateral.
    pub underlying: &'a Collateral,
    /// The moment.
    pub moment: &'a Moment,
    /// What the account is looked at for.
    pub purpose: Purpose,
    /// What the use of the cover makes of initial margin beside the forecast, 1e9 = 1.
    pub cover_scale_ppb: u64,
}

impl Scene<'_> {
    /// Values, requirements and health of an account. What its legs in an expiry are certain to lose is
    /// added to that expiry's loss: it is owed already.
    ///
    /// Errors if a stored byte or amount is out of range, with [`BackstopError::ExpiryMissing`] if an expiry that
    /// bears on the account was not shown, with [`BackstopError::CollateralMissing`] if a collateral was not,
    /// with [`BackstopError::ExercisesNotBorne`] if exercises wait for one of its shorts, and
    /// with [`BackstopError::PriceOlderThanLastUsed`] if its price is older than the last one used on the account.
    #[inline(never)]
    pub fn assess(&self, account: &MarginAccount) -> Result<Assessment> {
        let mut snapshot = match self.moment.scratch.0.take() {
            Some(place) => place,
            None => Snapshot::place(self),
        };
        let filled = snapshot.fill(account, self);
        let outcome = filled.and_then(|()| self.judge(&snapshot));
        self.moment.scratch.0.set(Some(snapshot));
        outcome
    }

    fn judge(&self, snapshot: &Snapshot) -> Result<Assessment> {
        let regime = Regime {
            im_scale_ppb: both_ppb(self.moment.im_scale_ppb, self.cover_scale_ppb),
            least_scale_ppb: self.moment.im_scale_ppb,
            withdrawing: self.purpose == Purpose::Withdrawal,
            widening_mm_ppm: self.moment.vols.widening.mm_ppm,
            ..Regime::of(&snapshot.params)
        };
        let mut outcome = margin::assess(&snapshot.portfolio(), &regime)
            .map_err(|_| error!(BackstopError::AmountOverflow))?;
        for (loss, terms) in outcome.loss_by_expiry.iter_mut().zip(&snapshot.expiries) {
            *loss = loss.saturating_sub(terms.certain_atoms.min(0));
        }
        Ok(outcome)
    }
}

/// A margin account's legs and collateral in the terms of `risk`.
#[derive(Clone, Debug)]
struct Snapshot {
    params: MarginParams,
    legs: [Leg; MAX_LEGS],
    leg_count: usize,
    expiries: [ExpiryTerms; MAX_EXPIRIES],
    /// By expiry, for the seconds they were made for.
    smiles: [Option<(i64, Smiles)>; MAX_EXPIRIES],
    holdings: [Holding; 1 + MAX_OWN_FEEDS],
    holding_count: usize,
    /// Whose worth `holdings` are.
    held: [CollateralSlot; MAX_COLLATERALS],
    quote_atoms: u64,
    debt_atoms: u64,
    spot: Price,
    confidence_ppb: u64,
}

impl From<OptionKind> for Kind {
    fn from(kind: OptionKind) -> Self {
        match kind.is_call() {
            true => Self::Call,
            false => Self::Put,
        }
    }
}

impl Snapshot {
    /// A new place, with nothing in it.
    #[inline(never)]
    fn place(scene: &Scene) -> Box<Self> {
        Box::new(Self {
            params: scene.market.params.margin(),
            legs: [EMPTY_LEG; MAX_LEGS],
            leg_count: 0,
            expiries: PLAIN_EXPIRIES,
            smiles: [None; MAX_EXPIRIES],
            holdings: [Holding::default(); 1 + MAX_OWN_FEEDS],
            holding_count: 0,
            held: Default::default(),
            quote_atoms: 0,
            debt_atoms: 0,
            spot: Price::ZERO,
            confidence_ppb: 0,
        })
    }

    /// Takes the snapshot of an account. Of the one before nothing is left but what is the same at the moment whoever is
    /// looked at: parameters, smiles, the volatility of a leg of the same strike and time, the worth of the same amounts.
    #[inline(never)]
    fn fill(&mut self, account: &MarginAccount, scene: &Scene) -> Result<()> {
        let Moment { price, now, .. } = scene.moment;
        self.leg_count = 0;
        self.expiries = PLAIN_EXPIRIES;
        self.quote_atoms = account.quote_atoms;
        self.debt_atoms = account.debt_atoms();
        self.spot = price.price();
        self.confidence_ppb = price.confidence_ppb;
        self.hold(account, scene)?;
        for slot in account
            .legs
            .iter()
            .filter(|slot| slot.quantity_contracts != 0)
        {
            let expires_at = account.expires_at(slot);
            if slot.bears_exercises() {
                scene.moment.known.of(expires_at)?.check_borne(slot)?;
            }
            if expires_at > *now || scene.purpose == Purpose::Liquidation {
                self.add(slot, expires_at, scene)?;
            }
        }
        if scene.purpose == Purpose::Liquidation {
            self.add_receivables(account, scene)?;
        }
        Ok(())
    }

    /// Adds gains of settled legs that are not paid yet: certain, less the haircut once it is known. They count
    /// where legs of their expiry would.
    fn add_receivables(&mut self, account: &MarginAccount, scene: &Scene) -> Result<()> {
        for (slot, terms) in account.expiries.iter().zip(&mut self.expiries) {
            if slot.receivable_atoms > 0 {
                let known = scene.moment.known.of(slot.expires_at)?;
                let gain = known.worth_floor(i64_saturating(slot.receivable_atoms));
                terms.credit = known.credit;
                terms.certain_atoms = terms.certain_atoms.saturating_add(gain);
            }
        }
        Ok(())
    }

    /// Takes the collaterals; a balance of none needs no price.
    fn hold(&mut self, account: &MarginAccount, scene: &Scene) -> Result<()> {
        let Moment {
            price, quotes, now, ..
        } = scene.moment;
        let used = core::iter::once(&0).chain(&account.collateral_price_at);
        self.holding_count = 0;
        let same = self.held == account.collaterals;
        // Until all are valued anew.
        self.held = Default::default();
        let held = account.collaterals.iter().zip(used);
        for (slot, used_at) in held.filter(|(slot, _)| slot.atoms > 0) {
            let shown = match slot.mint == scene.underlying.mint {
                true => None,
                false => Some(quotes.of(&slot.mint)?),
            };
            ensure(
                shown.is_none_or(|shown| shown.update.publish_at >= *used_at),
                BackstopError::PriceOlderThanLastUsed,
            )?;
            let place = self.holdings.get_mut(self.holding_count);
            if let Some(place) = place.filter(|_| !same) {
                *place = match shown {
                    None => scene.underlying.holding(slot.atoms, price.price(), *now)?,
                    Some(shown) => {
                        shown.holding(slot.atoms, self.params.confidence_free_ppb, *now)?
                    }
                };
            }
            self.holding_count = self.holding_count.saturating_add(1);
        }
        self.held = account.collaterals;
        Ok(())
    }

    /// Adds a leg, in the last hours as the option on an average that is left of it.
    fn add(&mut self, slot: &LegSlot, expires_at: i64, scene: &Scene) -> Result<()> {
        let kind = OptionKind::from_byte(slot.kind).ok_or(BackstopError::InvariantBroken)?;
        let written = Written {
            kind: kind.into(),
            strike: Price::new(slot.strike_price),
            quantity: Contracts::new(slot.quantity_contracts),
        };
        if let Some(terms) = self.expiries.get_mut(usize::from(slot.expiry_index)) {
            terms.credit = scene.moment.credit(expires_at)?;
        }
        let seconds = expires_at.saturating_sub(scene.moment.now);
        if seconds > GLIDE_SECONDS {
            return self.push(&written, seconds, slot.expiry_index, scene);
        }
        let now = UnixSeconds::new(scene.moment.now);
        let overflow = |_| BackstopError::AmountOverflow;
        let left = if seconds > AVERAGE_SECONDS {
            let points = scene.market.params.settlement_points;
            let average = Average::fresh(UnixSeconds::new(expires_at), points);
            average.remainder(&written, now).map_err(overflow)?
        } else {
            let known = scene.moment.known.of(expires_at)?;
            let mut left = known.average.remainder(&written, now).map_err(overflow)?;
            left.certain_atoms = known.worth_floor(left.certain_atoms);
            left
        };
        self.push_remainder(&written, &left, slot.expiry_index, scene)
    }

    fn push_remainder(
        &mut self,
        written: &Written,
        left: &Remainder,
        expiry_index: u8,
        scene: &Scene,
    ) -> Result<()> {
        let terms = self
            .expiries
            .get_mut(usize::from(expiry_index))
            .ok_or(BackstopError::InvariantBroken)?;
        terms.certain_atoms = terms.certain_atoms.saturating_add(left.certain_atoms);
        if left.quantity == Contracts::ZERO {
            return Ok(());
        }
        let option = Written {
            strike: left.strike,
            quantity: left.quantity,
            ..*written
        };
        self.push(&option, left.seconds, expiry_index, scene)
    }

    fn push(
        &mut self,
        option: &Written,
        seconds_to_expiry: i64,
        expiry_index: u8,
        scene: &Scene,
    ) -> Result<()> {
        let Written {
            kind,
            strike,
            quantity,
        } = *option;
        // Legs of one expiry share their smiles, unless one of them is priced at another time.
        let known = self
            .smiles
            .get_mut(usize::from(expiry_index))
            .ok_or(BackstopError::InvariantBroken)?;
        let smiles = match known {
            Some((seconds, smiles)) if *seconds == seconds_to_expiry => smiles,
            _ => {
                let smiles = scene.moment.vols.smiles(seconds_to_expiry);
                &known.insert((seconds_to_expiry, smiles)).1
            }
        };
        let target = self
            .legs
            .get_mut(self.leg_count)
            .ok_or(BackstopError::LegTableFull)?;
        let (vol, vol_gap_ppm) =
            match (target.strike, target.seconds_to_expiry) == (strike, seconds_to_expiry) {
                true => (target.vol, target.vol_gap_ppm),
                false => smiles.of_leg(self.spot, strike),
            };
        *target = Leg {
            kind,
            strike,
            seconds_to_expiry,
            quantity,
            vol,
            vol_gap_ppm,
            expiry_index,
        };
        self.leg_count = self.leg_count.saturating_add(1);
        Ok(())
    }

    fn portfolio(&self) -> Portfolio<'_> {
        Portfolio {
            spot: self.spot,
            confidence_ppb: self.confidence_ppb,
            quote_atoms: self.quote_atoms,
            debt_atoms: self.debt_atoms,
            holdings: self.holdings.get(..self.holding_count).unwrap_or(&[]),
            legs: self.legs.get(..self.leg_count).unwrap_or(&[]),
            expiries: &self.expiries,
        }
    }
}

/// Filler of the unused places in a snapshot's table.
const EMPTY_LEG: Leg = Leg {
    kind: Kind::Call,
    strike: Price::ZERO,
    seconds_to_expiry: 0,
    quantity: Contracts::ZERO,
    vol: Vol::ZERO,
    vol_gap_ppm: 0,
    expiry_index: 0,
};
