//! Options between accounts and wallets.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::MarginAccount;
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::play::Play;

impl Play {
    /// Performs a verb of this file.
    pub fn carry(&mut self, action: &Action) -> Result<(), Violation> {
        self.refresh(action.size);
        let first = usize::from(action.what);
        let count = self.series.len();
        let all: Vec<_> = (0..count)
            .map(|step| self.series[(first + step) % count])
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
