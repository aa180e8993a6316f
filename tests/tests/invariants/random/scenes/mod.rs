//! Scripted stretches inside a random game. What chance rarely brings about is brought about here, by instructions anybody
//! may send, by prices and by time; what follows is chance again.

mod defaults;
mod exercises;
mod orders;

use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind;
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::play::{Play, ACTORS, PRICE, QUOTE};

/// One contract.
const CONTRACT: u64 = 1_000_000;
/// Actors a scene needs.
const CAST: usize = 3;
/// Seconds an expiry must be away for a scene to play in it.
const FAR_SECONDS: i64 = 6 * 3_600;
/// Seconds between two ticks that all count as healthy.
const TICK_SECONDS: i64 = 30;

impl Play {
    /// Performs a scene, if there are enough actors free to play it.
    pub fn scene(&mut self, action: &Action) -> Result<(), Violation> {
        let Some(cast) = self.cast(action)? else {
            return Ok(());
        };
        match action.verb {
            Verb::SceneOrders => self.scene_of_orders(action, cast),
            Verb::SceneExercise => self.scene_of_exercise(action, cast),
            Verb::SceneSubsidy => self.scene_of_subsidy(action, cast),
            _ => self.scene_of_estates(cast),
        }
    }

    /// Everybody has an account, volatilities are known, limits shared out. Gives those who may trade.
    fn cast(&mut self, action: &Action) -> Result<Option<[&'static str; CAST]>, Violation> {
        for name in ACTORS {
            if self.account(name).is_none() {
                let outcome = self.stage.open_account(name);
                self.saw("open_account", outcome)?;
            }
        }
        self.perform(&Action {
            verb: Verb::Surface,
            what: 1,
            ..*action
        })?;
        self.tick()?;
        self.bear_all()?;
        let now = self.stage.world.now();
        let free = self.those(action.who, |account| {
            let trades = !Self::seized(account) && account.debt_atoms() == 0;
            trades && !account.short_near_expiry(now, 3_600)
        });
        let outcome = self.stage.share_cover();
        self.saw("share_cover", outcome)?;
        Ok(free.first_chunk().copied())
    }

    /// A series of a kind, near the money and far from its expiry; listed if there is none.
    fn option(&mut self, kind: OptionKind) -> Result<Option<SeriesKeys>, Violation> {
        let until = self.stage.world.now() + FAR_SECONDS;
        let (low, high) = (self.price / 10 * 9, self.price / 10 * 11);
        let fits = |one: &&SeriesKeys| {
            let near = (low..=high).contains(&one.strike_price);
            one.kind == kind && near && one.expiry.expires_at > until
        };
        if let Some(keys) = self.series.iter().find(fits) {
            return Ok(Some(*keys));
        }
        let far = |play: &Self| {
            let mut all = play.expiries.iter();
            all.find(|one| one.expires_at > until).copied()
        };
        if far(self).is_none() {
            self.new_expiry("anna")?;
        }
        let Some(expiry) = far(self) else {
            return Ok(None);
        };
        let keys = expiry.series(self.price / PRICE * PRICE, kind);
        let outcome = self.stage.create_series("anna", &keys);
        let landed = self.saw("create_series", outcome)?;
        if landed {
            self.series.push(keys);
        }
        Ok(landed.then_some(keys))
    }

    /// Quote for somebody.
    fn fund(&mut self, name: &str, quote: u64) -> Result<(), Violation> {
        let outcome = self.stage.deposit_quote(name, quote * QUOTE);
        self.saw("deposit", outcome).map(drop)
    }

    /// Ticks at an unmoved price.
    fn wait(&mut self, ticks: usize) -> Result<(), Violation> {
        for _ in 0..ticks {
            self.stage.world.advance(TICK_SECONDS);
            self.publish();
            self.tick()?;
        }
        Ok(())
    }
}
