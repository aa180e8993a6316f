//! The end of requests of exercise and of the rights they became.

use backstop_interface::accounts::{ExpiryState, EXERCISE_STANDS_SECONDS};
use backstop_testkit::invariants::Violation;

use super::action::Action;
use super::exercise::Exercising;
use super::play::{Play, ACTORS};

impl Play {
    /// The oldest request, sometimes when its time is over.
    pub fn void_exercise(&mut self, action: &Action) -> Result<(), Violation> {
        let asked = self.exercises.iter().find(|one| !self.is_right(one));
        let Some(request) = asked.copied() else {
            return Ok(());
        };
        let wait = request.at + EXERCISE_STANDS_SECONDS - self.stage.world.now();
        if wait > 0 && action.size.is_multiple_of(32) {
            self.stage.world.advance(wait);
        }
        self.end_request(&request)?;
        Ok(())
    }

    /// At any update: its time is over, or it is refused.
    pub fn end_request(&mut self, one: &Exercising) -> Result<bool, Violation> {
        let (owner, update) = ((ACTORS[one.owner], one.nonce), self.stage.price_account);
        let outcome = self
            .stage
            .execute_exercise("anna", owner, &one.series, update);
        let landed = self.saw("execute_exercise", outcome)?;
        self.forget_exercises();
        Ok(landed)
    }

    /// One of the rights, as far as there is money.
    pub fn pay_right(&mut self, action: &Action) -> Result<(), Violation> {
        let rights = self.exercises.iter().filter(|one| self.is_right(one));
        let rights: Vec<Exercising> = rights.copied().collect();
        if rights.is_empty() {
            return Ok(());
        }
        let right = rights[usize::from(action.what) % rights.len()];
        let owner = ACTORS[right.owner];
        let outcome = self.stage.pay_exercise(owner, &right.series, right.nonce);
        self.saw("pay_exercise", outcome)?;
        self.forget_exercises();
        Ok(())
    }

    /// A right of an expiry that is over.
    pub fn redeem_right(&mut self, action: &Action) -> Result<(), Violation> {
        let anyway = action.size.is_multiple_of(16);
        let due = self.exercises.iter().find(|one| {
            let known = self.books.expiries.get(&one.series.expiry.expiry);
            let over = known.is_some_and(|expiry| expiry.state() == ExpiryState::Finalised);
            self.is_right(one) && (anyway || over)
        });
        match due.copied() {
            Some(right) => self.redeem_one(&right).map(drop),
            None => Ok(()),
        }
    }

    fn redeem_one(&mut self, right: &Exercising) -> Result<bool, Violation> {
        let owner = ACTORS[right.owner];
        let outcome = self.stage.pay_exercise(owner, &right.series, right.nonce);
        let landed = self.saw("pay_exercise", outcome)?;
        self.forget_exercises();
        Ok(landed)
    }

    /// Every request and right left in an expiry that is finalised comes to its end.
    pub fn end_exercises(&mut self, expires_at: i64) -> Result<(), Violation> {
        self.forget_exercises();
        for one in self.exercises.clone() {
            if one.series.expiry.expires_at != expires_at {
                continue;
            }
            let owner = ACTORS[one.owner];
            if self.is_right(&one) {
                let landed = self.redeem_one(&one)?;
                self.demand(landed, "every right redeemed", owner)?;
            } else {
                let landed = self.end_request(&one)?;
                self.demand(landed, "every request ended", owner)?;
            }
        }
        self.forget_exercises();
        Ok(())
    }

    fn address_of(one: &Exercising) -> solana_pubkey::Pubkey {
        let owner = backstop_testkit::pubkey(ACTORS[one.owner]);
        backstop_interface::pda::exercise_request(&one.series.series, &owner, one.nonce)
    }

    /// Whether a request was decided in its owner's favour.
    pub fn is_right(&self, one: &Exercising) -> bool {
        let known = self.books.rights.get(&Self::address_of(one));
        known.is_some_and(|request| request.exercised)
    }

    fn forget_exercises(&mut self) {
        let books = &self.books;
        self.exercises
            .retain(|one| books.rights.contains_key(&Self::address_of(one)));
    }
}
