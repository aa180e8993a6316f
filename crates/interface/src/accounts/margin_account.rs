use super::OptionKind;
use crate::error::{ensure, BackstopError};
use anchor_lang::prelude::*;
use backstop_quantities::UnixSeconds;
use backstop_risk::volatility::Hold;

/// Collateral slots of an account (quote has its own field): the first is the underlying's, those after it are for
/// collaterals with feeds of their own, what is left is free for what may come.
pub const MAX_COLLATERALS: usize = 4;
/// Collaterals with feeds of their own an account may hold.
pub const MAX_OWN_FEEDS: usize = 2;
/// Expiries an account may have legs or debts in.
pub const MAX_EXPIRIES: usize = 8;
/// Legs of an account.
pub const MAX_LEGS: usize = 32;
/// Delegates of an account.
pub const MAX_DELEGATES: usize = 2;

/// What may be done with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AccountState {
    /// The owner rules.
    Open = 0,
    /// Its portfolio is on auction; the owner may only add collateral.
    Auction = 1,
    /// Unsold at the end of the curve: it belongs to its creditors.
    Estate = 2,
}

/// One collateral balance.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CollateralSlot {
    /// Mint; the default key marks a free slot.
    pub mint: Pubkey,
    /// Balance in atoms.
    pub atoms: u64,
}

/// What an account has to do with one expiry.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct ExpirySlot {
    /// Unix second of the expiry; 0 marks a free slot.
    pub expires_at: i64,
    /// Unpaid settlement loss, owed to that expiry, in quote atoms.
    pub debt_atoms: u64,
    /// Settlement gain not paid yet (before the haircut), in quote atoms.
    pub receivable_atoms: u64,
    /// Weight of this expiry in an estate's cash: its part of the loss when the estate began, in quote
    /// atoms. Only ratios between the expiries still open are used.
    pub estate_share: u64,
}

/// One series held long (> 0) or short (< 0).
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct LegSlot {
    /// Contracts in millionths, signed; 0 marks a free slot unless `unreported_contracts` > 0.
    pub quantity_contracts: i64,
    /// Contracts netted here that the series' totals still count on both sides, in millionths.
    pub unreported_contracts: u64,
    /// Strike, quote per contract scaled 1e9.
    pub strike_price: u64,
    /// Slot in [`MarginAccount::expiries`].
    pub expiry_index: u8,
    /// [`OptionKind`] as a byte.
    pub kind: u8,
    /// Place of an American series in [`crate::accounts::Expiry::exercise_numbers`].
    pub place: u8,
    /// Number of the last exercise of an American series that it has borne as a short.
    pub borne: u8,
    /// Keeps the size a multiple of eight.
    pub padding: [u8; 4],
}

/// Collateral, cash and legs of one owner in one market: the unit that is margined and liquidated.
#[account(zero_copy)]
#[derive(Debug)]
#[repr(C)]
pub struct MarginAccount {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// [`AccountState`] as a byte.
    pub state: u8,
    /// Number among the owner's accounts; PDA seed.
    pub index: u8,
    /// [`Hold`] of the breach on record as a byte; 0 if none is.
    pub note_reason: u8,
    /// 1 for an estate that only pays debts: nothing of it was left unsold, and the rest is the owner's.
    pub returns: u8,
    /// Alignment.
    pub padding: [u8; 2],
    /// Market it belongs to.
    pub market: Pubkey,
    /// Who may use it.
    pub owner: Pubkey,
    /// Offers of another epoch are void.
    pub epoch: u64,
    /// Raised by every change of legs or balances: bidders name the version they saw.
    pub portfolio_version: u64,
    /// Quote balance in atoms.
    pub quote_atoms: u64,
    /// Publish time of the newest price used on this account.
    pub last_price_at: i64,
    /// Unix second its collateral began to convert; 0 if it is not converting.
    pub conversion_started_at: i64,
    /// Unix second a breach was noted that has to last before the account is seized; 0 if none is.
    pub noted_at: i64,
    /// Other collateral.
    pub collaterals: [CollateralSlot; MAX_COLLATERALS],
    /// Expiries of its legs and debts.
    pub expiries: [ExpirySlot; MAX_EXPIRIES],
    /// Its legs.
    pub legs: [LegSlot; MAX_LEGS],
    /// What each expiry slot has been paid out of an estate's cash, in quote atoms; freed with the slot.
    /// Counts towards its share, so that paying it twice takes nothing from the others.
    pub estate_paid_atoms: [u64; MAX_EXPIRIES],
    /// Keys that may trade, deposit and cancel for the owner; the default key marks a free place.
    pub delegates: [Pubkey; MAX_DELEGATES],
    /// Unix second in which an offer of this account other than a guard order was last filled, or a request of it
    /// executed: in that second nobody takes its guard orders.
    pub filled_at: i64,
    /// Publish times of the newest prices used on the collaterals with feeds of their own, slot by slot behind the
    /// underlying's. They stay when a slot is freed: no price goes back on an account.
    pub collateral_price_at: [i64; MAX_OWN_FEEDS],
    /// What its shard counts of its uncovered loss, at the far fall and the far rise, in quote atoms.
    pub uncovered_atoms: [u64; 2],
    /// What each expiry counts of this account as an estate: what it is expected to leave unpaid there, in quote atoms. A
    /// slot stands until nothing of it is counted.
    pub deficit_atoms: [u64; MAX_EXPIRIES],
    /// Round of the expiry in which it was counted, see [`crate::impairment`].
    pub deficit_rounds: [u8; MAX_EXPIRIES],
    /// Room for later fields.
    pub reserved: [u8; 24],
}

const _: () = {
    assert!(core::mem::size_of::<LegSlot>() == 32);
    assert!(core::mem::size_of::<ExpirySlot>() == 32);
    assert!(core::mem::size_of::<CollateralSlot>() == 40);
    assert!(
        core::mem::size_of::<MarginAccount>()
            == 8 + 64 + 48 + 160 + 256 + 1024 + 64 + 64 + 8 + 56 + 72
    );
    assert!(core::mem::offset_of!(MarginAccount, quote_atoms) == 88);
    assert!(core::mem::offset_of!(MarginAccount, legs) == 536);
};

impl MarginAccount {
    /// State as an enum; an unknown byte counts as an estate, where least is allowed.
    pub fn state(&self) -> AccountState {
        match self.state {
            0 => AccountState::Open,
            1 => AccountState::Auction,
            _ => AccountState::Estate,
        }
    }

    /// Epoch of a margin account given as bytes; `None` if they are none.
    pub fn epoch_in(data: &[u8]) -> Option<u64> {
        let fields = data.strip_prefix(Self::DISCRIMINATOR)?;
        let from = core::mem::offset_of!(Self, epoch);
        let bytes = fields.get(from..from.checked_add(8)?)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }

    /// True for the owner and his delegates.
    pub fn may_trade(&self, key: &Pubkey) -> bool {
        let named = *key != Pubkey::default();
        self.owner == *key || (named && self.delegates.contains(key))
    }

    /// True for an estate whose rest, once nothing is owed, goes back to the owner.
    pub fn returns(&self) -> bool {
        self.returns != 0
    }

    /// Debt over all expiries, in quote atoms.
    pub fn debt_atoms(&self) -> u64 {
        self.expiries
            .iter()
            .fold(0, |sum, slot| sum.saturating_add(slot.debt_atoms))
    }

    /// When the breach on record was first seen, if there is one.
    pub fn noted(&self) -> Option<UnixSeconds> {
        (self.noted_at > 0).then(|| UnixSeconds::new(self.noted_at))
    }

    /// Puts a breach on record, or strikes it out with 0 and [`Hold::None`].
    pub fn note(&mut self, at: i64, reason: Hold) {
        self.noted_at = at;
        self.note_reason = reason as u8;
    }

    /// True if any leg is held short.
    pub fn has_shorts(&self) -> bool {
        self.legs.iter().any(|leg| leg.quantity_contracts < 0)
    }

    /// True if it is short in an expiry that is over or ends within `window_seconds`.
    pub fn short_near_expiry(&self, now: i64, window_seconds: i64) -> bool {
        self.legs.iter().any(|leg| {
            leg.quantity_contracts < 0 && self.expires_at(leg) <= now.saturating_add(window_seconds)
        })
    }

    /// True if some leg has not expired.
    pub fn has_live_legs(&self, now: i64) -> bool {
        self.legs
            .iter()
            .any(|leg| leg.quantity_contracts != 0 && self.expires_at(leg) > now)
    }

    /// Unix second at which a leg of this account expires (0 for a slot that is not in use).
    pub fn expires_at(&self, leg: &LegSlot) -> i64 {
        self.expiries
            .get(usize::from(leg.expiry_index))
            .map_or(0, |slot| slot.expires_at)
    }

    /// Balance of a collateral mint in atoms.
    pub fn collateral_atoms(&self, mint: &Pubkey) -> u64 {
        self.collaterals
            .iter()
            .find(|slot| slot.mint == *mint)
            .map_or(0, |slot| slot.atoms)
    }

    /// Remembers the publish time of a price used on the collateral of this mint, which has a feed of its own. Errors
    /// with [`BackstopError::PriceOlderThanLastUsed`] if an earlier one was newer.
    pub fn use_price_of(&mut self, mint: &Pubkey, publish_at: i64) -> Result<()> {
        let own = self
            .collaterals
            .iter()
            .skip(1)
            .zip(&mut self.collateral_price_at);
        for (_, used_at) in own.filter(|(slot, _)| slot.mint == *mint && slot.atoms > 0) {
            ensure(
                publish_at >= *used_at,
                BackstopError::PriceOlderThanLastUsed,
            )?;
            *used_at = publish_at;
        }
        Ok(())
    }

    /// The slot of a mint, taken if it is new. Errors with [`BackstopError::CollateralTableFull`] if it would be one
    /// collateral with a feed of its own too many.
    pub fn collateral_slot_mut(
        &mut self,
        mint: &Pubkey,
        own_feed: bool,
    ) -> Result<&mut CollateralSlot> {
        let (first, count) = if own_feed { (1, MAX_OWN_FEEDS) } else { (0, 1) };
        let slots = self.collaterals.iter().enumerate();
        let mut slots = slots.skip(first).take(count);
        let held = slots.clone().find(|(_, slot)| slot.mint == *mint);
        let found = held.or_else(|| slots.find(|(_, slot)| slot.mint == Pubkey::default()));
        let index = found.map(|(index, _)| index);
        let slot = index
            .and_then(|index| self.collaterals.get_mut(index))
            .ok_or(BackstopError::CollateralTableFull)?;
        slot.mint = *mint;
        Ok(slot)
    }

    /// Index of the slot of an expiry, if the account has one.
    pub fn expiry_index(&self, expires_at: i64) -> Option<usize> {
        self.expiries
            .iter()
            .position(|slot| slot.expires_at == expires_at && expires_at != 0)
    }

    /// Index of the slot of an expiry, taken if it is new. Errors when all slots are in use.
    pub fn take_expiry_index(&mut self, expires_at: i64) -> Result<usize> {
        if let Some(index) = self.expiry_index(expires_at) {
            return Ok(index);
        }
        let index = self
            .expiries
            .iter()
            .position(|slot| slot.expires_at == 0)
            .ok_or(BackstopError::ExpiryTableFull)?;
        if let Some(slot) = self.expiries.get_mut(index) {
            *slot = ExpirySlot {
                expires_at,
                debt_atoms: 0,
                receivable_atoms: 0,
                estate_share: 0,
            };
        }
        Ok(index)
    }

    /// Index of the leg of a series, if the account has one.
    pub fn leg_index(&self, expires_at: i64, strike_price: u64, kind: OptionKind) -> Option<usize> {
        self.legs.iter().position(|leg| {
            leg.in_use()
                && leg.strike_price == strike_price
                && leg.kind == kind.byte()
                && self.expires_at(leg) == expires_at
        })
    }

    /// Contracts of a series held, in millionths, signed; 0 without a leg.
    pub fn leg_contracts(&self, expires_at: i64, strike_price: u64, kind: OptionKind) -> i64 {
        self.leg_index(expires_at, strike_price, kind)
            .and_then(|index| self.legs.get(index))
            .map_or(0, |leg| leg.quantity_contracts)
    }

    /// Contracts of a series held long, in millionths; 0 if none or short.
    pub fn long_contracts(&self, expires_at: i64, strike_price: u64, kind: OptionKind) -> u64 {
        u64::try_from(self.leg_contracts(expires_at, strike_price, kind)).unwrap_or(0)
    }

    /// Index of the leg of a series, taken if it is new. Errors when a table is full.
    pub fn take_leg_index(
        &mut self,
        expires_at: i64,
        strike_price: u64,
        kind: OptionKind,
    ) -> Result<usize> {
        if let Some(index) = self.leg_index(expires_at, strike_price, kind) {
            return Ok(index);
        }
        let index = self
            .legs
            .iter()
            .position(|leg| !leg.in_use())
            .ok_or(BackstopError::LegTableFull)?;
        let expiry_index = self.take_expiry_index(expires_at)?;
        if let Some(leg) = self.legs.get_mut(index) {
            *leg = LegSlot {
                quantity_contracts: 0,
                unreported_contracts: 0,
                strike_price,
                expiry_index: u8::try_from(expiry_index)
                    .map_err(|_| BackstopError::ExpiryTableFull)?,
                kind: kind.byte(),
                place: 0,
                borne: 0,
                padding: [0; 4],
            };
        }
        Ok(index)
    }

    /// Frees slots that hold nothing, then checks what every writer must leave true.
    pub fn tidy(&mut self) -> Result<()> {
        for slot in &mut self.collaterals {
            if slot.atoms == 0 {
                slot.mint = Pubkey::default();
            }
        }
        let mut used = [false; MAX_EXPIRIES];
        for leg in self.legs.iter().filter(|leg| leg.in_use()) {
            if let Some(used) = used.get_mut(usize::from(leg.expiry_index)) {
                *used = true;
            }
        }
        for (used, counted) in used.iter_mut().zip(&self.deficit_atoms) {
            *used |= *counted > 0;
        }
        let rows = self.expiries.iter_mut().zip(&mut self.estate_paid_atoms);
        for ((slot, paid), used) in rows.zip(used) {
            if !used && slot.debt_atoms == 0 && slot.receivable_atoms == 0 {
                *slot = ExpirySlot {
                    expires_at: 0,
                    debt_atoms: 0,
                    receivable_atoms: 0,
                    estate_share: 0,
                };
                *paid = 0;
            }
        }
        self.invariant()
    }

    /// Every used leg names a used expiry slot, no leg or mint stands twice, free slots are empty, only
    /// an open account carries a note, only an estate returns and only one is counted in its expiries.
    pub fn invariant(&self) -> Result<()> {
        for (index, leg) in self.legs.iter().enumerate().filter(|(_, leg)| leg.in_use()) {
            ensure(self.expires_at(leg) != 0, BackstopError::InvariantBroken)?;
            ensure(
                OptionKind::from_byte(leg.kind).is_some(),
                BackstopError::InvariantBroken,
            )?;
            // What nets early nets with the series at hand, or exercises would fall on both sides of it.
            ensure(
                leg.unreported_contracts == 0 || !leg.is_american(),
                BackstopError::InvariantBroken,
            )?;
            let twice = self.legs.iter().skip(index.saturating_add(1)).any(|other| {
                other.in_use()
                    && other.strike_price == leg.strike_price
                    && other.kind == leg.kind
                    && other.expiry_index == leg.expiry_index
            });
            ensure(!twice, BackstopError::InvariantBroken)?;
        }
        ensure(
            !self.returns() || self.state() == AccountState::Estate,
            BackstopError::InvariantBroken,
        )?;
        let counted = self.deficit_atoms.iter().any(|atoms| *atoms > 0);
        ensure(
            !counted || self.state() == AccountState::Estate,
            BackstopError::InvariantBroken,
        )?;
        // A seized account has nothing left to wait for.
        ensure(
            self.noted_at == 0 || self.state() == AccountState::Open,
            BackstopError::InvariantBroken,
        )?;
        ensure(
            (self.noted_at == 0) == (self.note_reason == Hold::None as u8),
            BackstopError::InvariantBroken,
        )?;
        for slot in &self.collaterals {
            ensure(
                (slot.mint == Pubkey::default()) == (slot.atoms == 0),
                BackstopError::InvariantBroken,
            )?;
        }
        Ok(())
    }
}

impl LegSlot {
    /// True while the slot belongs to a series.
    pub fn in_use(&self) -> bool {
        self.quantity_contracts != 0 || self.unreported_contracts != 0
    }

    /// True for a leg of an American series.
    pub fn is_american(&self) -> bool {
        OptionKind::from_byte(self.kind).is_some_and(OptionKind::is_american)
    }

    /// True for a short that exercises fall on.
    pub fn bears_exercises(&self) -> bool {
        self.quantity_contracts < 0 && self.is_american()
    }
}
