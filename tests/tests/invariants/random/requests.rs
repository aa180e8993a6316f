//! Fills asked for before their price exists.

use backstop_interface::accounts::{Side, EXECUTABLE_SECONDS};
use backstop_testkit::invariants::Violation;
use backstop_testkit::pyth::PythPrice;

use super::action::{Action, Verb};
use super::play::{Play, Requested, ACTORS, PRICE};

/// Millionths of a contract in a lot.
const LOT: u64 = 10_000;

impl Play {
    /// Performs a verb of this file.
    pub fn request(&mut self, action: &Action) -> Result<(), Violation> {
        match action.verb {
            Verb::RequestFill => self.ask(action),
            Verb::ExecuteFill => self.execute(action),
            _ => self.void_oldest(action.size),
        }
    }

    fn ask(&mut self, action: &Action) -> Result<(), Violation> {
        let name = self.name(action.who);
        let until = self.open_until(action.size, 3_600);
        let pegged = self.offers.iter().rev().filter(|placed| placed.pegged);
        let mut pegged = pegged.filter(|placed| placed.series.expiry.expires_at > until);
        let Some(placed) = pegged.find(|placed| ACTORS[placed.writer] != name).copied() else {
            return Ok(());
        };
        if self.account(name).is_none() {
            return Ok(());
        }
        self.nonce += 1;
        let contracts = (1 + u64::from(action.size) % 100) * LOT;
        // Sometimes a limit no premium keeps.
        let keen = !action.what.is_multiple_of(32);
        let limit = match (placed.side, keen) {
            (Side::Ask, true) | (Side::Bid, false) => 150 * PRICE,
            (Side::Ask, false) | (Side::Bid, true) => PRICE / 100,
        };
        let asked = (self.nonce, contracts, limit);
        let maker = (ACTORS[placed.writer], placed.nonce);
        let outcome = self.stage.request_fill(name, maker, &placed.series, asked);
        if self.saw("request_fill", outcome)? {
            let taker = ACTORS.iter().position(|one| *one == name);
            self.requests.push(Requested {
                taker: taker.expect("an actor"),
                nonce: asked.0,
                placed,
                at: self.stage.world.now(),
            });
            if !action.size.is_multiple_of(8) {
                return self.execute(action);
            }
        }
        Ok(())
    }

    /// The newest request, at the update that decides it or at a later one.
    fn execute(&mut self, action: &Action) -> Result<(), Violation> {
        let Some(request) = self.requests.last().copied() else {
            return Ok(());
        };
        let moment = request.at + 15;
        let wait = moment - self.stage.world.now();
        if wait > 0 {
            self.stage.world.advance(wait);
        }
        self.publish();
        let late = i64::from(action.size.is_multiple_of(8));
        let update = PythPrice::new(self.stage.keys.feed_id, self.price, moment + late);
        let update = update.after(moment + 2 * late - 1);
        let update = self.stage.publish_beside("deciding update", &update);
        let (taker, placed) = (ACTORS[request.taker], request.placed);
        let outcome = self.stage.execute_fill(
            self.name(action.who),
            (taker, request.nonce),
            (ACTORS[placed.writer], placed.nonce),
            &placed.series,
            update,
        );
        let landed = self.saw("execute_fill", outcome)?;
        // One that cannot be executed makes place for the others.
        self.requests.pop();
        if !landed {
            self.requests.insert(0, request);
        }
        Ok(())
    }

    fn void_oldest(&mut self, size: u16) -> Result<(), Violation> {
        let Some(request) = self.requests.first().copied() else {
            return Ok(());
        };
        let wait = request.at + EXECUTABLE_SECONDS + 1 - self.stage.world.now();
        if wait > 0 && size.is_multiple_of(16) {
            self.stage.world.advance(wait);
        }
        let outcome = self.stage.void_fill(ACTORS[request.taker], request.nonce);
        if self.saw("void_fill", outcome)? {
            self.requests.remove(0);
        }
        Ok(())
    }

    /// Every request left gives its deposit back.
    pub fn void_all(&mut self) -> Result<(), Violation> {
        for request in std::mem::take(&mut self.requests) {
            let wait = request.at + EXECUTABLE_SECONDS + 1 - self.stage.world.now();
            if wait > 0 {
                self.stage.world.advance(wait);
            }
            let name = ACTORS[request.taker];
            let outcome = self.stage.void_fill(name, request.nonce);
            self.must("void_fill", name, outcome)?;
        }
        Ok(())
    }
}
