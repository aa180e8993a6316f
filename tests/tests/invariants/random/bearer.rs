//! Options between accounts and wallets.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::MarginAccount;
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::play::{Play, QUOTE};

impl Play {
    /// Performs a verb of this file.
    pub fn carry(&mut self, action: &Action) -> Result<(), Violation> {
        self.refresh(action.size);
        let first = usize::from(action.what);
        let count = self.series.len();
        let until = self.open_until(action.size, 0);
        let all: Vec<_> = (0..count)
            .map(|step| self.series[(first + step) % count])
            .filter(|one| one.expiry.expires_at > until)
            .collect();
        for series in all {
            let withdraws = action.verb == Verb::WithdrawOption;
            let held = |account: &MarginAccount| match withdraws {
                true => long_in(account, &series) > 0,
                false => true,
            };
            for name in self.those(action.who, held) {
                if withdraws {
                    return self.withdraw_option(name, &series, action.size);
                }
                let recorded = self.books.series[&series.series].clone();
                let tokens = self.tokens_of(name, &recorded);
                if tokens > 0 {
                    let part = part(tokens, action.size);
                    let outcome = self.stage.deposit_option(name, &series, part);
                    return self.saw("deposit_option", outcome).map(drop);
                }
            }
        }
        Ok(())
    }

    /// The second a series must outlive to be chosen: none in one case of sixteen.
    pub fn open_until(&self, size: u16, before: i64) -> i64 {
        match size.is_multiple_of(16) {
            true => 0,
            false => self.stage.world.now() + before,
        }
    }

    /// Somebody hands a leg to somebody else, at about what it is worth at once.
    pub fn transfer_leg(&mut self, action: &Action) -> Result<(), Violation> {
        self.refresh(action.size);
        let until = self.open_until(action.size, 3_600);
        for series in self.series.clone() {
            let held = |account: &MarginAccount| {
                series.expiry.expires_at > until && leg_in(account, &series) != 0
            };
            let Some(from) = self.one(action.who, action.size, held) else {
                continue;
            };
            let others = self.those(action.what, |account| !Self::seized(account));
            let Some(to) = others.into_iter().find(|name| *name != from) else {
                return Ok(());
            };
            let held = self
                .account(from)
                .map_or(0, |account| leg_in(account, &series));
            let size = i64::try_from(part(held.unsigned_abs(), action.size)).expect("in range");
            let contracts = size * held.signum();
            let intrinsic = match series.kind.is_call() {
                true => self.price.saturating_sub(series.strike_price),
                false => series.strike_price.saturating_sub(self.price),
            };
            let each = i64::try_from(intrinsic / 1_000 + 2 * QUOTE).expect("in range");
            let payment = (i128::from(each) * i128::from(contracts) / 1_000_000) as i64;
            let outcome = self
                .stage
                .transfer_leg(from, to, &series, contracts, payment);
            return self.saw("transfer_leg", outcome).map(drop);
        }
        Ok(())
    }

    /// Somebody voids his offers: by a new delegate, a freed place, or as such. Nobody acts as a delegate here.
    pub fn void(&mut self, action: &Action) -> Result<(), Violation> {
        let Some(name) = self.one(action.who, action.size, |_| true) else {
            return Ok(());
        };
        if action.verb == Verb::CancelAll {
            let outcome = self.stage.cancel_all(name);
            return self.saw("cancel_all", outcome).map(drop);
        }
        let other = self.name(action.what);
        let delegate = (!action.size.is_multiple_of(3)).then_some(other);
        let place = u8::from(action.size.is_multiple_of(2));
        let outcome = self.stage.set_delegate(name, place, delegate);
        self.saw("set_delegate", outcome).map(drop)
    }

    /// One of the offers, if nobody can fill it any more.
    pub fn close_offer(&mut self, action: &Action) -> Result<(), Violation> {
        if self.offers.is_empty() {
            return Ok(());
        }
        let index = usize::from(action.what) % self.offers.len();
        let placed = self.offers[index];
        let writer = self.name(placed.writer as u8);
        let outcome = self.stage.close_offer(writer, placed.nonce, &placed.series);
        if self.saw("close_offer", outcome)? {
            self.offers.remove(index);
        }
        Ok(())
    }

    fn withdraw_option(
        &mut self,
        name: &str,
        series: &SeriesKeys,
        size: u16,
    ) -> Result<(), Violation> {
        let held = self
            .account(name)
            .map_or(0, |account| long_in(account, series));
        let outcome = self.stage.withdraw_option(name, series, part(held, size));
        self.saw("withdraw_option", outcome).map(drop)
    }
}

fn leg_in(account: &MarginAccount, series: &SeriesKeys) -> i64 {
    account.leg_contracts(series.expiry.expires_at, series.strike_price, series.kind)
}

fn long_in(account: &MarginAccount, series: &SeriesKeys) -> u64 {
    account.long_contracts(series.expiry.expires_at, series.strike_price, series.kind)
}

/// A part of what is held, all of it in one case of four, too much in one of 64.
fn part(held: u64, size: u16) -> u64 {
    match size % 64 {
        0 => held + 1,
        1..=16 => held,
        share => (held / 64).max(1) * u64::from(share),
    }
}
