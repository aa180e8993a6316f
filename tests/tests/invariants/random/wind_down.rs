//! After the last action everything is brought to its end, by instructions anybody may send: every expiry is
//! finalised, every account settled, every token redeemed, every estate sold. Nobody may be stuck.

use backstop_client::ExpiryKeys;
use backstop_interface::accounts::{AccountState, ExpiryState};
use backstop_testkit::invariants::Violation;
use backstop_testkit::Outcome;

use super::play::Play;

impl Play {
    /// Winds the market down.
    ///
    /// # Errors
    /// A rule that breaks on the way, or an instruction that must land and does not.
    pub fn wind_down(&mut self) -> Result<(), Violation> {
        self.void_all()?;
        for keys in self.expiries.clone() {
            self.end(&keys)?;
        }
        for name in Self::everybody() {
            self.sell_out(name)?;
        }
        for name in Self::everybody() {
            self.leave(name)?;
        }
        let left = self.books.accounts.len();
        self.demand(
            left == 0,
            "everybody left",
            &format!("{left} accounts remain"),
        )?;
        let tokens: u64 = self
            .books
            .series
            .values()
            .map(|series| series.token_contracts)
            .sum();
        self.demand(
            tokens == 0,
            "every token redeemed",
            &format!("{tokens} contracts remain"),
        )?;
        self.close_all_listings()
    }

    pub fn demand(
        &self,
        holds: bool,
        invariant: &'static str,
        detail: &str,
    ) -> Result<(), Violation> {
        match holds {
            true => Ok(()),
            false => Err(Violation {
                invariant,
                detail: detail.to_owned(),
            }),
        }
    }

    /// An instruction that must land.
    pub fn must(
        &mut self,
        name: &'static str,
        who: &str,
        outcome: Outcome,
    ) -> Result<(), Violation> {
        let failure = outcome.as_ref().err().map(ToString::to_string);
        let landed = self.saw(name, outcome)?;
        self.demand(
            landed,
            name,
            &format!("{who}: {}", failure.unwrap_or_default()),
        )
    }

    /// Takes an expiry from wherever it is to its last redemption.
    fn end(&mut self, keys: &ExpiryKeys) -> Result<(), Violation> {
        let at = keys.expires_at.max(self.stage.world.now());
        self.stage.world.warp_to(at);
        if self.expiry(keys).state() == ExpiryState::Open {
            self.points(keys)?;
            let outcome = self.stage.fix_price(keys);
            self.must("fix_price", "anybody", outcome)?;
        }
        for series in self.series.clone() {
            if series.expiry.expiry == keys.expiry && !self.books.series[&series.series].folded {
                let outcome = self.stage.fold_series(&series);
                self.must("fold_series", "anybody", outcome)?;
            }
        }
        self.settle_everybody(keys)?;
        if self.expiry(keys).state() == ExpiryState::Collecting {
            self.stage.world.advance(1_801);
            let outcome = self.stage.close_collecting(keys);
            self.must("close_collecting", "anybody", outcome)?;
        }
        if self.expiry(keys).state() == ExpiryState::Recapitalising {
            self.bid_lots(keys)?;
            self.stage.world.advance(4 * 3_600);
            let outcome = self.stage.finalise(keys);
            self.must("finalise", "anybody", outcome)?;
        }
        self.settle_everybody(keys)?;
        self.end_exercises(keys.expires_at)?;
        self.redeem_everything(keys)
    }

    /// Some lots of the backstop auction, as long as one is on offer.
    fn bid_lots(&mut self, keys: &ExpiryKeys) -> Result<(), Violation> {
        for name in Self::everybody() {
            let (expiry, market) = (
                self.expiry(keys),
                &self.books.markets[&self.stage.keys.market],
            );
            let short = expiry.recapitalised_atoms < expiry.shortfall_atoms;
            if !short || expiry.shortfall_atoms < market.params.recapitalisation_least_atoms {
                return Ok(());
            }
            let outcome = self.stage.bid_recapitalisation(name, keys, 1);
            self.saw("bid_recapitalisation", outcome)?;
        }
        Ok(())
    }

    fn settle_everybody(&mut self, keys: &ExpiryKeys) -> Result<(), Violation> {
        self.bear_everything(keys.expires_at)?;
        for name in Self::everybody() {
            let state = self.expiry(keys).state();
            if self
                .account(name)
                .is_some_and(|account| Self::settles(account, keys, state))
            {
                let outcome = self.stage.settle(name, keys);
                self.must("settle_account", name, outcome)?;
            }
        }
        Ok(())
    }

    fn redeem_everything(&mut self, keys: &ExpiryKeys) -> Result<(), Violation> {
        let series: Vec<_> = self
            .series
            .iter()
            .filter(|one| one.expiry.expiry == keys.expiry)
            .copied()
            .collect();
        for one in series {
            let recorded = self.books.series[&one.series].clone();
            for name in Self::everybody() {
                let held = self.tokens_of(name, &recorded);
                if held > 0 {
                    let outcome = self.stage.redeem(name, &one, held);
                    self.must("redeem", name, outcome)?;
                }
            }
        }
        Ok(())
    }

    /// Sells what a debtor or an estate has, pays its debts, and closes an estate.
    fn sell_out(&mut self, name: &'static str) -> Result<(), Violation> {
        let mint = self.stage.keys.underlying_mint;
        self.publish();
        self.tick()?;
        let Some(account) = self.account(name).copied() else {
            return Ok(());
        };
        if account.state() == AccountState::Auction || account.debt_atoms() > 0 {
            // Late in the conversion of a debt the account may be seized, which makes it an estate.
            self.stage.world.advance(1_801);
            self.publish();
            self.tick()?;
            let outcome = self.stage.liquidate(name, name);
            self.must("liquidate", name, outcome)?;
        }
        let account = self
            .account(name)
            .copied()
            .expect("an account does not vanish by being liquidated");
        let estate = account.state() == AccountState::Estate;
        let lacks = account.debt_atoms() > account.quote_atoms;
        if estate && account.collateral_atoms(&mint) > 0 && (lacks || !account.returns()) {
            let outcome = self.stage.convert("anna", name, u64::MAX);
            self.must("convert", name, outcome)?;
        }
        if estate {
            self.sell_others(name)?;
        }
        self.repay_all(name)?;
        if estate {
            let outcome = self.stage.close_estate("anna", name);
            self.must("close_estate", name, outcome)?;
        }
        Ok(())
    }

    /// Pays until cash or debts are gone. One expiry may have to wait for another: an estate keeps for each
    /// what is its share, and what one does not need falls to the rest.
    fn repay_all(&mut self, name: &'static str) -> Result<(), Violation> {
        for _ in 0..self.expiries.len() {
            for keys in self.expiries.clone() {
                if self.debt_and_cash(name, Some(&keys)) {
                    let outcome = self.stage.repay(name, &keys);
                    self.saw("repay", outcome)?;
                }
            }
        }
        let stuck = self.debt_and_cash(name, None);
        self.demand(!stuck, "cash pays debts", &format!("{name} has both"))
    }

    /// Whether the account owes (in one expiry, or in any) and has cash.
    fn debt_and_cash(&self, name: &str, keys: Option<&ExpiryKeys>) -> bool {
        let account = self
            .account(name)
            .expect("the account is open or an estate");
        let in_question = |at: i64| keys.is_none_or(|keys| keys.expires_at == at);
        let owes = account
            .expiries
            .iter()
            .any(|slot| slot.debt_atoms > 0 && in_question(slot.expires_at));
        owes && account.quote_atoms > 0
    }

    /// Takes everything out and closes the account.
    fn leave(&mut self, name: &'static str) -> Result<(), Violation> {
        let mint = self.stage.keys.underlying_mint;
        let Some(account) = self.account(name).copied() else {
            return Ok(());
        };
        if account.quote_atoms > 0 {
            let outcome = self.stage.withdraw_quote(name, account.quote_atoms);
            self.must("withdraw", name, outcome)?;
        }
        if account.collateral_atoms(&mint) > 0 {
            let outcome = self
                .stage
                .withdraw_underlying(name, account.collateral_atoms(&mint));
            self.must("withdraw", name, outcome)?;
        }
        self.take_others(name)?;
        let outcome = self.stage.close_account(name);
        self.must("close_account", name, outcome)
    }
}
