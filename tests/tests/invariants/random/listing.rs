//! Series and expiries come to their end.

use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{Expiry, ExpiryState, Series};
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::play::{Play, ACTORS};

impl Play {
    /// Performs a verb of this file.
    pub fn close_listing(&mut self, action: &Action) -> Result<(), Violation> {
        let anyway = action.size % 16 == 7;
        match action.verb {
            Verb::CloseSeries => self.close_a_series(action, anyway),
            _ => {
                let now = self.stage.world.now();
                let ready = |expiry: &Expiry| anyway || expiry.is_done(now);
                match self.expiries_where(action.what, ready) {
                    Some(keys) => self.close_expiry(&keys).map(drop),
                    None => Ok(()),
                }
            }
        }
    }

    fn close_a_series(&mut self, action: &Action, anyway: bool) -> Result<(), Violation> {
        let (from, count) = (usize::from(action.what), self.series.len());
        let mut all = (0..count).map(|step| self.series[(from + step) % count]);
        let ready = |keys: &SeriesKeys| {
            let (series, expiry) = (&self.books.series[&keys.series], self.expiry(&keys.expiry));
            anyway || self.is_closable(series, expiry)
        };
        let Some(keys) = all.find(ready) else {
            return Ok(());
        };
        let creator = self.books.series[&keys.series].creator;
        let own = ACTORS
            .iter()
            .find(|name| backstop_testkit::pubkey(name) == creator);
        let closer = own.filter(|_| !anyway).copied();
        self.close_series(closer.unwrap_or(self.name(action.who)), &keys)
            .map(drop)
    }

    /// Whether the creator, or anybody, may close a series now.
    fn is_closable(&self, series: &Series, expiry: &Expiry) -> bool {
        match expiry.state() {
            ExpiryState::Open => {
                let mut exercises = self.books.exercises.values();
                let own = exercises.find(|one| self.books.series[&one.series].mint == series.mint);
                series.is_unused() && own.is_none_or(|one| one.count == 0)
            }
            ExpiryState::Finalised => {
                let asked = series.requested_contracts > 0;
                !asked && expiry.is_settled() && self.books.supply(&series.mint) == 0
            }
            _ => false,
        }
    }

    /// Closes a series, and forgets it.
    pub fn close_series(&mut self, closer: &str, keys: &SeriesKeys) -> Result<bool, Violation> {
        let outcome = self.stage.close_series(closer, keys);
        let landed = self.saw("close_series", outcome)?;
        if landed {
            self.series.retain(|one| one.series != keys.series);
        }
        Ok(landed)
    }

    /// Closes an expiry, and forgets it.
    pub fn close_expiry(&mut self, keys: &ExpiryKeys) -> Result<bool, Violation> {
        let outcome = self.stage.close_expiry(keys);
        let landed = self.saw("close_expiry", outcome)?;
        if landed {
            self.expiries.retain(|one| one.expiry != keys.expiry);
        }
        Ok(landed)
    }

    /// Whatever is not kept open by claims is closed, by anybody: deposits come back, nothing lies about.
    pub fn close_all_listings(&mut self) -> Result<(), Violation> {
        for keys in self.series.clone() {
            let landed = self.close_series("anna", &keys)?;
            self.demand(landed, "every series closed", "one is left")?;
        }
        for keys in self.expiries.clone() {
            let claims = self.books.supply(&keys.claim_mint);
            let landed = self.close_expiry(&keys)?;
            let detail = format!("closed: {landed}, claims: {claims}");
            self.demand(
                landed == (claims == 0),
                "expiries without claims closed",
                &detail,
            )?;
        }
        Ok(())
    }
}
