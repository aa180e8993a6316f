//! Early exercise, with all that can become of a request.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind;
use backstop_testkit::invariants::Violation;

use super::{CAST, CONTRACT};
use crate::random::action::Action;
use crate::random::play::{Play, ACTORS};

impl Play {
    /// Holders of American options ask: one is refused by its own limit, one nobody decides, the others are borne and paid.
    pub(super) fn scene_of_exercise(
        &mut self,
        action: &Action,
        cast: [&str; CAST],
    ) -> Result<(), Violation> {
        let kind = match action.size & 1 {
            0 => OptionKind::AmericanPut,
            _ => OptionKind::AmericanCall,
        };
        let Some(series) = self.option(kind)? else {
            return Ok(());
        };
        for name in &cast[..2] {
            self.fund(name, 4_000)?;
            self.publish();
            let outcome = self.stage.write_option(name, &series, 12 * CONTRACT);
            self.saw("write_option", outcome)?;
        }
        // One of them has something, but no cash.
        self.cash_out(cast[0])?;
        // By its size a request is decided or not, by its number it asks too much.
        for (what, size) in [(1, 301), (8, 101), (1, 104), (2, 203)] {
            let asked = Action {
                what,
                size,
                ..*action
            };
            self.ask_for(cast[usize::from(size) % 2], &series, &asked)?;
        }
        self.synchronise_all(&series)?;
        self.repay(action)?;
        for what in 0..3 {
            self.pay_right(&Action { what, ..*action })?;
        }
        // The one nobody decided: its time is over.
        self.void_exercise(&Action { size: 0, ..*action })
    }

    /// Somebody brings underlying and takes his quote.
    fn cash_out(&mut self, name: &str) -> Result<(), Violation> {
        let outcome = self.stage.deposit_underlying(name, 40_000_000_000);
        self.saw("deposit", outcome)?;
        let cash = self.account(name).map_or(0, |account| account.quote_atoms);
        if cash > 0 {
            let outcome = self.stage.withdraw_quote(name, cash);
            self.saw("withdraw", outcome)?;
        }
        Ok(())
    }

    /// What one of them holds as tokens is asked for in part.
    fn ask_for(
        &mut self,
        name: &str,
        series: &SeriesKeys,
        action: &Action,
    ) -> Result<(), Violation> {
        let owner = ACTORS.iter().position(|one| *one == name);
        let recorded = self.books.series[&series.series].clone();
        let held = self.tokens_of(name, &recorded) / (CONTRACT / 100);
        match owner.filter(|_| held > 0) {
            Some(owner) => self.ask_in(owner, series, held, action),
            None => Ok(()),
        }
    }
}
