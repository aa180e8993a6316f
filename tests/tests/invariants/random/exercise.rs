//! Early exercise: asked for, decided, borne and paid, by anybody.

use backstop_client::exercise::Asked;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::exercise_wait;
use backstop_testkit::invariants::Violation;
use backstop_testkit::pyth::PythPrice;

use super::action::{Action, Verb};
use super::play::{Play, ACTORS, PRICE};

/// Millionths of a contract in a lot.
const LOT: u64 = 10_000;

/// A request of exercise, or the right it became.
#[derive(Clone, Copy, Debug)]
pub struct Exercising {
    /// Number of the holder in [`ACTORS`].
    pub owner: usize,
    /// Number of the request.
    pub nonce: u64,
    /// Series.
    pub series: SeriesKeys,
    /// Unix second.
    pub at: i64,
}

impl Play {
    /// Performs a verb of this file.
    pub fn exercise(&mut self, action: &Action) -> Result<(), Violation> {
        match action.verb {
            Verb::RequestExercise => self.ask_exercise(action),
            Verb::VoidExercise => self.void_exercise(action),
            Verb::Synchronise => self.synchronise_one(action),
            Verb::PayExercise => self.pay_right(action),
            _ => self.redeem_right(action),
        }
    }

    fn ask_exercise(&mut self, action: &Action) -> Result<(), Violation> {
        let until = self.open_until(action.size, 3_600);
        let american = self.series.iter().filter(|one| one.kind.is_american());
        let american = american.filter(|one| one.expiry.expires_at > until);
        let american: Vec<SeriesKeys> = american.copied().collect();
        for series in american {
            let recorded = self.books.series[&series.series].clone();
            for step in 0..ACTORS.len() {
                let owner = (usize::from(action.who) + step) % ACTORS.len();
                let held = self.tokens_of(ACTORS[owner], &recorded) / LOT;
                if held > 0 {
                    return self.ask_in(owner, &series, held, action);
                }
            }
        }
        Ok(())
    }

    /// Asks, and has it decided in most cases.
    pub fn ask_in(
        &mut self,
        owner: usize,
        series: &SeriesKeys,
        held: u64,
        action: &Action,
    ) -> Result<(), Violation> {
        self.nonce += 1;
        let asked = Asked {
            nonce: self.nonce,
            contracts: (1 + u64::from(action.size) % held) * LOT,
            least_payoff_price: match action.what.is_multiple_of(8) {
                true => 500 * PRICE,
                false => 1,
            },
        };
        let outcome = self.stage.request_exercise(ACTORS[owner], series, asked);
        if !self.saw("request_exercise", outcome)? {
            return Ok(());
        }
        let request = Exercising {
            owner,
            nonce: asked.nonce,
            series: *series,
            at: self.stage.world.now(),
        };
        self.exercises.push(request);
        match action.size.is_multiple_of(8) {
            true => Ok(()),
            false => self.decide(&request, action),
        }
    }

    /// At the update that decides it, sometimes one too late; most shorts bear it at once.
    fn decide(&mut self, request: &Exercising, action: &Action) -> Result<(), Violation> {
        let moment = request.at + 15;
        let wait = moment - self.stage.world.now();
        if wait > 0 {
            self.stage.world.advance(wait);
        }
        self.publish();
        let late = if action.what.is_multiple_of(16) {
            31
        } else {
            0
        };
        self.stage.world.advance(late);
        // A price at which somebody would: in the money by a tenth.
        let (strike, call) = (request.series.strike_price, request.series.kind.is_call());
        let price = match call {
            true => self.price.max(strike / 10 * 11),
            false => self.price.min(strike / 10 * 9),
        };
        let update = PythPrice::new(self.stage.keys.feed_id, price, moment + late);
        let update = self
            .stage
            .publish_beside("exercise", &update.after(moment - 1));
        let owner = (ACTORS[request.owner], request.nonce);
        let keeper = self.name(action.what);
        // Sometimes so late that the price of now counts as well.
        let hesitates = if action.what.is_multiple_of(5) {
            120
        } else {
            0
        };
        let wait = hesitates + exercise_wait(self.stage.world.now() + hesitates);
        if wait > 0 {
            self.stage.world.advance(wait);
            self.publish();
        }
        let outcome = self
            .stage
            .execute_exercise(keeper, owner, &request.series, update);
        let landed = self.saw("execute_exercise", outcome)?;
        if landed && !action.size.is_multiple_of(3) {
            self.synchronise_all(&request.series)?;
        }
        Ok(())
    }

    /// Everybody bears what waits in a series.
    pub fn synchronise_all(&mut self, series: &SeriesKeys) -> Result<(), Violation> {
        for name in ACTORS {
            if self.waits_for(name, series) {
                let outcome = self.stage.synchronise(name, series);
                self.must("synchronise", name, outcome)?;
            }
        }
        Ok(())
    }

    /// Everybody bears what waits, everywhere.
    pub fn bear_all(&mut self) -> Result<(), Violation> {
        for series in self.series.clone() {
            if series.kind.is_american() {
                self.synchronise_all(&series)?;
            }
        }
        Ok(())
    }

    /// Whether nothing waits for an actor.
    pub fn has_borne(&self, name: &str) -> bool {
        let american = self.series.iter().filter(|one| one.kind.is_american());
        american
            .into_iter()
            .all(|series| !self.waits_for(name, series))
    }

    /// Whether exercises wait for somebody's short of a series.
    fn waits_for(&self, name: &str, series: &SeriesKeys) -> bool {
        let (expiry, at) = (self.expiry(&series.expiry), series.expiry.expires_at);
        self.account(name).is_some_and(|account| {
            let leg = account.leg_index(at, series.strike_price, series.kind);
            leg.is_some_and(|leg| !expiry.has_been_borne(&account.legs[leg]))
        })
    }

    fn synchronise_one(&mut self, action: &Action) -> Result<(), Violation> {
        let name = self.name(action.who);
        let american = self.series.iter().filter(|one| one.kind.is_american());
        let american: Vec<SeriesKeys> = american.copied().collect();
        let anyway = action.size.is_multiple_of(16);
        for series in american {
            if anyway || self.waits_for(name, &series) {
                let outcome = self.stage.synchronise(name, &series);
                return self.saw("synchronise", outcome).map(drop);
            }
        }
        Ok(())
    }

    /// Everything that waits for an account before it settles in an expiry.
    pub fn bear_everything(&mut self, expires_at: i64) -> Result<(), Violation> {
        for series in self.series.clone() {
            if series.kind.is_american() && series.expiry.expires_at == expires_at {
                self.synchronise_all(&series)?;
            }
        }
        Ok(())
    }
}
