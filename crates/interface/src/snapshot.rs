//! The one adapter from accounts to a risk portfolio, used by the program and by everyone outside.

use crate::accounts::{Collateral, MarginAccount, OptionKind, MAX_EXPIRIES, MAX_LEGS};
use crate::error::BackstopError;
use crate::vols::Vols;
use anchor_lang::prelude::*;
use backstop_quantities::{mul_div_floor, Contracts, Price, Vol};
use backstop_risk::margin::{self, Assessment, Holding, Leg, MarginParams, Portfolio};
use backstop_risk::pricing::Kind;

const _: () = assert!(MAX_EXPIRIES == margin::EXPIRY_COUNT);

/// What is the same for every account at the moment of a margin check.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Price of the underlying and its confidence.
    pub price: crate::pyth::PriceUpdate,
    /// Volatilities.
    pub vols: Vols,
    /// Now, unix seconds.
    pub now: i64,
}

/// A moment, and how an account is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The moment.
    pub moment: Moment,
    /// Configuration of the underlying as collateral.
    pub underlying: &'a Collateral,
    /// Whether legs of an expiry that is over count, at their intrinsic value. They do where an account
    /// is judged for liquidation; they do not where value leaves or risk is added, because nobody knows
    /// yet whether their expiry pays in full.
    pub count_expired: bool,
}

/// A margin account's legs and collateral in the terms of `risk`.
#[derive(Clone, Debug)]
pub struct Snapshot {
    legs: [Leg; MAX_LEGS],
    leg_count: usize,
    holding: Holding,
    quote_atoms: u64,
    debt_atoms: u64,
    spot: Price,
    confidence_ppb: u64,
}

impl From<OptionKind> for Kind {
    fn from(kind: OptionKind) -> Self {
        match kind {
            OptionKind::Call => Self::Call,
            OptionKind::Put => Self::Put,
        }
    }
}

impl Snapshot {
    /// Takes the snapshot. Errors if a stored byte or amount is out of range.
    #[inline(never)]
    pub fn take(account: &MarginAccount, scene: &Scene) -> Result<Box<Self>> {
        let Moment { price, vols, now } = scene.moment;
        let spot = price.price();
        let mut snapshot = Box::new(Self {
            legs: [EMPTY_LEG; MAX_LEGS],
            leg_count: 0,
            holding: holding(account, scene)?,
            quote_atoms: account.quote_atoms,
            debt_atoms: account.debt_atoms(),
            spot,
            confidence_ppb: price.confidence_ppb,
        });
        for slot in account
            .legs
            .iter()
            .filter(|slot| slot.quantity_contracts != 0)
        {
            if account.expires_at(slot) <= now && !scene.count_expired {
                continue;
            }
            let seconds = account.expires_at(slot).saturating_sub(now).max(0);
            let kind = OptionKind::from_byte(slot.kind).ok_or(BackstopError::InvariantBroken)?;
            let strike = Price::new(slot.strike_price);
            let quantity = Contracts::new(slot.quantity_contracts);
            let (vol, _) = vols.of_leg(spot, strike, seconds, quantity);
            let target = snapshot
                .legs
                .get_mut(snapshot.leg_count)
                .ok_or(BackstopError::LegTableFull)?;
            *target = Leg {
                kind: kind.into(),
                strike,
                seconds_to_expiry: seconds,
                quantity,
                vol,
                expiry_index: slot.expiry_index,
            };
            snapshot.leg_count = snapshot.leg_count.saturating_add(1);
        }
        Ok(snapshot)
    }

    /// Values, requirements and health of the snapshot.
    pub fn assess(&self, params: &MarginParams) -> Result<Assessment> {
        let holdings = [self.holding];
        let portfolio = Portfolio {
            spot: self.spot,
            confidence_ppb: self.confidence_ppb,
            quote_atoms: self.quote_atoms,
            debt_atoms: self.debt_atoms,
            holdings: &holdings,
            legs: self.legs.get(..self.leg_count).unwrap_or(&[]),
        };
        margin::assess(&portfolio, params).map_err(|_| error!(BackstopError::AmountOverflow))
    }
}

/// Filler of the unused places in a snapshot's table.
const EMPTY_LEG: Leg = Leg {
    kind: Kind::Call,
    strike: Price::ZERO,
    seconds_to_expiry: 0,
    quantity: Contracts::ZERO,
    vol: Vol::ZERO,
    expiry_index: 0,
};

/// The underlying an account holds, valued at the price; rounded down.
fn holding(account: &MarginAccount, scene: &Scene) -> Result<Holding> {
    let atoms = account.collateral_atoms(&scene.underlying.mint);
    let unit = 10u64
        .checked_pow(u32::from(scene.underlying.decimals))
        .ok_or(BackstopError::AmountOverflow)?;
    let contracts = mul_div_floor(atoms, 1_000_000, unit).ok_or(BackstopError::AmountOverflow)?;
    let value_atoms = value_floor(atoms, scene.underlying.decimals, scene.moment.price.price())?;
    Ok(Holding {
        value_atoms,
        contracts_equivalent: contracts,
        weight_im_ppb: scene.underlying.weight_im_ppb,
        weight_mm_ppb: scene.underlying.weight_mm_ppb,
        moves_with_spot: true,
    })
}

/// Quote atoms that `atoms` of a mint with `decimals` are worth at `price`, rounded down.
pub fn value_floor(atoms: u64, decimals: u8, price: Price) -> Result<u64> {
    // price is quote per unit times 1e9; a unit is 10^decimals atoms; quote has 6 decimals.
    let unit = 10u64
        .checked_pow(u32::from(decimals).saturating_add(3))
        .ok_or(BackstopError::AmountOverflow)?;
    mul_div_floor(atoms, price.get(), unit).ok_or_else(|| error!(BackstopError::AmountOverflow))
}
