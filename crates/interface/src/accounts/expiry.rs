use super::{LegSlot, MAX_SERIES};
use crate::error::{ensure, BackstopError};
use anchor_lang::prelude::*;
use backstop_quantities::{Price, UnixSeconds};
use backstop_risk::assignment::LateIndex;
use backstop_risk::averaging::Average;
use backstop_risk::settlement::{known_points, Point, PointStatus};

/// Minutes after expiry that may stand in for missing points.
pub const EXTRA_POINTS: usize = 60;
/// Room for the points of the settlement average and their stand-ins.
pub const MAX_POINTS: usize = 30 + EXTRA_POINTS;

/// Where an expiry is on its way from trading to empty books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExpiryState {
    /// Trades until its second; afterwards its points are collected.
    Open = 0,
    /// Settlement price known; series are folded into what is owed.
    PriceFixed = 1,
    /// Short accounts are settled.
    Collecting = 2,
    /// The shortfall is on offer against recapitalisation tokens.
    Recapitalising = 3,
    /// The haircut is fixed; holders are paid.
    Finalised = 4,
}

/// One point of the settlement average; `status` as in `risk::settlement`.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PointSlot {
    /// Price, quote per contract scaled 1e9.
    pub price: u64,
    /// Publish time of the update it came from.
    pub publish_at: i64,
    /// Unix second of the first submission; 0 if none.
    pub first_submitted_at: i64,
    /// Status byte.
    pub status: u8,
    /// Alignment.
    pub padding: [u8; 7],
}

impl PointSlot {
    /// The point in the terms of `risk`; `None` for a status byte nobody wrote.
    pub fn point(&self) -> Option<Point> {
        Some(Point {
            price: Price::new(self.price),
            publish_at: UnixSeconds::new(self.publish_at),
            first_submitted_at: UnixSeconds::new(self.first_submitted_at),
            status: PointStatus::from_u8(self.status)?,
        })
    }
}

/// Settlement of all series of one market at one second.
#[account(zero_copy)]
#[derive(Debug)]
#[repr(C)]
pub struct Expiry {
    /// Layout version.
    pub version: u8,
    /// PDA bump, also the authority of escrow and claim mint.
    pub bump: u8,
    /// [`ExpiryState`] as a byte.
    pub state: u8,
    /// Points of the average.
    pub point_count: u8,
    /// Series created.
    pub series_count: u8,
    /// Series folded into `owed_atoms`.
    pub folded_count: u8,
    /// Number of the round in which estates and series are counted, see [`crate::impairment`]; counts on past 255 from 0.
    pub round: u8,
    /// Series counted in it.
    pub round_series: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Unix second of expiry.
    pub expires_at: i64,
    /// Settlement price, scaled 1e9; 0 before it is fixed.
    pub settlement_price: u64,
    /// Unix second the price was fixed.
    pub price_fixed_at: i64,
    /// Unix second Collecting began.
    pub collecting_at: i64,
    /// Unix second the backstop auction opened; 0 if it did not.
    pub recapitalising_at: i64,
    /// Unix second it was finalised.
    pub finalised_at: i64,
    /// Unix second of the last account settled.
    pub last_settle_at: i64,
    /// Payoffs still owed to tokens and ledger longs, before the haircut, in quote atoms.
    pub owed_atoms: u64,
    /// Collected for them and still held, in quote atoms.
    pub escrow_atoms: u64,
    /// Collected after the haircut was fixed: first for claims, in quote atoms.
    pub recovered_atoms: u64,
    /// Short contracts whose accounts have not been settled, in millionths.
    pub unsettled_contracts: u64,
    /// Debts of settled accounts to this expiry, in quote atoms.
    pub debts_atoms: u64,
    /// Loss collected from writers, in quote atoms: history, never lowered.
    pub collected_atoms: u64,
    /// What insurance paid in, in quote atoms.
    pub insured_atoms: u64,
    /// Shortfall the backstop auction was opened for, in quote atoms.
    pub shortfall_atoms: u64,
    /// What the backstop auction raised, in quote atoms.
    pub recapitalised_atoms: u64,
    /// Recapitalisation tokens sold for it, in atoms.
    pub tokens_sold_atoms: u64,
    /// Clearing price the backstop auction started from, quote per whole token scaled 1e9.
    pub reference_price: u64,
    /// Share of every payoff that is not paid, 1e9 = all; fixed at Finalised.
    pub haircut_ppb: u64,
    /// Loss the haircut spread over the holders when it was fixed, in quote atoms.
    pub socialised_atoms: u64,
    /// Claims minted so far, in atoms of the claim mint (1 atom = 1 quote atom not paid).
    pub claims_atoms: u64,
    /// Points T − (n−1) min … T, then their stand-ins T + 1 min … T + 60 min.
    pub points: [PointSlot; MAX_POINTS],
    /// Who created it: rents and deposit go back there.
    pub creator: Pubkey,
    /// Ledger longs folded and not yet settled, in millionths.
    pub unpaid_contracts: u64,
    /// Settlement gains that wait in margin accounts for the haircut, in quote atoms.
    pub receivables_atoms: u64,
    /// Debts to it that went with closed estates, in quote atoms: history, never lowered.
    pub written_off_atoms: u64,
    /// Rights of early exercise not paid yet, in quote atoms; those left when the price is fixed join
    /// `owed_atoms` and stay counted here until they are redeemed.
    pub rights_atoms: u64,
    /// Paid to rights of exercise before the expiry, in quote atoms: history, never lowered.
    pub exercised_atoms: u64,
    /// Places American series hold, one bit each.
    pub places: u64,
    /// Number of the last exercise of the American series at each place; counts on past 255 from 0, and stays when
    /// a place is taken again.
    pub exercise_numbers: [u8; MAX_SERIES as usize],
    /// What rights that wait for late payers lacked, in quote atoms; see [`LateIndex`].
    pub waiting_atoms: u64,
    /// Parts shared out among them.
    pub late_index: u64,
    /// Repaid before the expiry and not shared out yet, in quote atoms.
    pub late_atoms: u64,
    /// What its estates are expected to leave unpaid, each as it was counted last, in quote atoms.
    pub deficit_atoms: u64,
    /// What the holders of its series have at mark, each as it was counted last, in quote atoms.
    pub worth_atoms: u64,
    /// Estimated haircut, 1e9 = all, as it was made last.
    pub estimate_ppb: u64,
    /// Unix second the round began; 0 once it came to an estimate.
    pub round_at: i64,
    /// Estates counted in `deficit_atoms`: at least an atom each.
    pub estate_count: u32,
    /// Those of them that were counted in this round.
    pub round_estates: u32,
    /// Room for later fields.
    pub reserved: [u8; 24],
}

const _: () = {
    assert!(core::mem::size_of::<PointSlot>() == 32);
    assert!(
        core::mem::size_of::<Expiry>()
            == 8 + 32 + 8 * 21 + 32 * MAX_POINTS + 56 + 88 + 24 + 40 + 24
    );
    assert!(core::mem::offset_of!(Expiry, settlement_price) == 48);
    assert!(core::mem::offset_of!(Expiry, points) == 208);
};

impl Expiry {
    /// Unix second of expiry of one given as bytes; `None` if they are none.
    pub fn expires_at_in(data: &[u8]) -> Option<i64> {
        let fields = data.strip_prefix(Self::DISCRIMINATOR)?;
        let from = core::mem::offset_of!(Self, expires_at);
        let bytes = fields.get(from..from.checked_add(8)?)?;
        Some(i64::from_le_bytes(bytes.try_into().ok()?))
    }

    /// State as an enum; an unknown byte counts as finalised, where nothing new can begin.
    pub fn state(&self) -> ExpiryState {
        match self.state {
            0 => ExpiryState::Open,
            1 => ExpiryState::PriceFixed,
            2 => ExpiryState::Collecting,
            3 => ExpiryState::Recapitalising,
            _ => ExpiryState::Finalised,
        }
    }

    /// What is known of the settlement price: all of it once it is fixed, before that the points that are
    /// final. Errors if a stored byte is out of range.
    #[inline(never)]
    pub fn average(&self, now: i64) -> Result<Average> {
        let mut average = Average::fresh(UnixSeconds::new(self.expires_at), self.point_count);
        if self.settlement_price > 0 {
            let count = u128::from(self.point_count);
            average.final_count = self.point_count;
            average.final_sum = u128::from(self.settlement_price).saturating_mul(count);
            return Ok(average);
        }
        let known = known_points(
            |index| self.points.get(index).and_then(PointSlot::point),
            self.point_count,
            UnixSeconds::new(now),
        );
        let known = known.ok_or(BackstopError::InvariantBroken)?;
        average.final_count = known.final_count;
        average.final_sum = known.final_sum;
        average.missing_count = known.missing_count;
        Ok(average)
    }

    /// True if no contract of it is left: every short is settled and every ledger long paid.
    pub fn is_settled(&self) -> bool {
        self.unsettled_contracts == 0 && self.unpaid_contracts == 0
    }

    /// True once nothing more can be claimed from it in a margin account or paid to it: it is finalised, or over
    /// without ever having been used, its series are closed, and no margin account names it.
    pub fn is_done(&self, now: i64) -> bool {
        let over = match self.state() {
            ExpiryState::Open => now >= self.expires_at,
            state => state == ExpiryState::Finalised,
        };
        over && self.series_count == 0
            && self.is_settled()
            && self.receivables_atoms == 0
            && self.debts_atoms == 0
            && self.rights_atoms == 0
            && self.estate_count == 0
    }

    /// The first free place for an American series, taken; `None` if all are.
    pub fn take_place(&mut self) -> Option<u8> {
        let place = self.places.trailing_ones();
        self.places |= 1u64.checked_shl(place)?;
        u8::try_from(place).ok()
    }

    /// Frees the place of an American series.
    pub fn free_place(&mut self, place: u8) {
        self.places &= !1u64.checked_shl(place.into()).unwrap_or(0);
    }

    /// Number of the last exercise at a place; 0 for one there is not.
    pub fn exercise_number(&self, place: u8) -> u8 {
        let numbers = &self.exercise_numbers;
        numbers.get(usize::from(place)).copied().unwrap_or(0)
    }

    /// Counts an exercise of the American series at a place; gives its number.
    pub fn count_exercise(&mut self, place: u8) -> u8 {
        let number = self.exercise_number(place).wrapping_add(1);
        if let Some(counted) = self.exercise_numbers.get_mut(usize::from(place)) {
            *counted = number;
        }
        number
    }

    /// What is repaid late for rights.
    pub fn late(&self) -> LateIndex {
        LateIndex {
            index: self.late_index,
            waiting_atoms: self.waiting_atoms,
            spare_atoms: self.late_atoms,
        }
    }

    /// Writes it back.
    pub fn set_late(&mut self, late: &LateIndex) {
        self.late_index = late.index;
        self.waiting_atoms = late.waiting_atoms;
        self.late_atoms = late.spare_atoms;
    }

    /// True for a leg that no exercise waits for.
    pub fn has_been_borne(&self, leg: &LegSlot) -> bool {
        !leg.bears_exercises() || leg.borne == self.exercise_number(leg.place)
    }

    /// What the escrow account must hold at least, in quote atoms.
    pub fn books_atoms(&self) -> u64 {
        self.escrow_atoms.saturating_add(self.recovered_atoms)
    }

    /// What every writer must leave true.
    pub fn invariant(&self) -> Result<()> {
        ensure(
            self.folded_count <= self.series_count,
            BackstopError::InvariantBroken,
        )?;
        ensure(
            self.haircut_ppb <= 1_000_000_000,
            BackstopError::InvariantBroken,
        )?;
        ensure(
            self.recapitalised_atoms <= self.shortfall_atoms,
            BackstopError::InvariantBroken,
        )?;
        Ok(())
    }
}
