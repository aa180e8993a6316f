//! Collaterals with feeds of their own: in, out, sold by estates, their prices moved and observed.

use backstop_interface::accounts::{AccountState, MarginAccount};
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::play::{Play, PRICE};

/// Names of the collaterals.
pub const OTHERS: [&str; 2] = ["staked", "stable"];
/// What the pool pays for a staked token, in tenths of the underlying.
const POOL_TENTHS: u64 = 11;

impl Play {
    /// Publishes the collaterals' prices at the present second.
    pub fn publish_others(&mut self) {
        let [staked, stable] = self.other_permille;
        let redemption = self.price / 10 * POOL_TENTHS;
        let prices = [redemption / 1_000 * staked, PRICE / 1_000 * stable];
        for (name, price) in OTHERS.into_iter().zip(prices) {
            self.stage.set_other_price(name, price);
        }
    }

    /// Performs a verb of this file.
    pub fn other(&mut self, action: &Action) -> Result<(), Violation> {
        self.refresh(action.size);
        let other = OTHERS[usize::from(action.what) % OTHERS.len()];
        match action.verb {
            Verb::Observe => self.observe(action),
            Verb::ConvertOther => self.convert_other(action, other),
            _ => self.carry_other(action, other),
        }
    }

    fn atoms_of(&self, account: &MarginAccount, other: &str) -> u64 {
        account.collateral_atoms(&self.stage.other(other).keys.mint)
    }

    fn carry_other(&mut self, action: &Action, other: &'static str) -> Result<(), Violation> {
        let size = u64::from(action.size);
        if action.verb == Verb::DepositOther {
            let name = self.name(action.who);
            if self.account(name).is_none() {
                return Ok(());
            }
            let atoms = match other {
                "staked" => (size % 200 + 1) * 100_000_000,
                _ => (size / 4 + 1) * 1_000_000,
            };
            let outcome = self.stage.deposit_other(name, other, atoms);
            return self.saw("deposit", outcome).map(drop);
        }
        let mint = self.stage.other(other).keys.mint;
        let rich = |account: &MarginAccount| account.collateral_atoms(&mint) > 0;
        let Some(name) = self.one(action.who, action.size, rich) else {
            return Ok(());
        };
        let held = self
            .account(name)
            .map_or(0, |account| self.atoms_of(account, other));
        let part = (held / 100).max(1) * (1 + size % 100);
        let outcome = self.stage.withdraw_other(name, other, part);
        self.saw("withdraw", outcome).map(drop)
    }

    fn convert_other(&mut self, action: &Action, other: &'static str) -> Result<(), Violation> {
        let mint = self.stage.other(other).keys.mint;
        let converting = |account: &MarginAccount| {
            let needed = account.state() == AccountState::Estate
                || account.debt_atoms() > account.quote_atoms;
            account.conversion_started_at > 0 && needed && account.collateral_atoms(&mint) > 0
        };
        let Some(target) = self.one(action.who, action.size, converting) else {
            return Ok(());
        };
        let atoms = match action.size & 1 {
            0 => u64::MAX,
            _ => 1 + u64::from(action.size) * 12_345,
        };
        let buyer = self.name(action.what);
        let outcome = self.stage.convert_other(buyer, target, other, atoms);
        self.saw("convert", outcome).map(drop)
    }

    /// The prices move, the pool follows its epoch, and somebody shows what the token trades at.
    fn observe(&mut self, action: &Action) -> Result<(), Violation> {
        let size = u64::from(action.size);
        self.other_permille = [880 + size % 150, 930 + size / 256 % 90];
        self.stage.world.advance(1);
        self.publish();
        if action.what.is_multiple_of(8) {
            let epoch = self.stage.world.epoch();
            self.stage.world.set_epoch(epoch + 1);
            self.stage.set_pool("staked", 1_100_000, 1_000_000);
        }
        let outcome = self.stage.observe("staked");
        self.saw("observe_collateral", outcome).map(drop)
    }

    /// Sells what an estate has of them.
    pub fn sell_others(&mut self, name: &'static str) -> Result<(), Violation> {
        for other in OTHERS {
            // What its owner gets back is sold no further than its debt needs.
            let sold = |account: &&MarginAccount| {
                let lacks = account.debt_atoms() > account.quote_atoms;
                lacks || !account.returns()
            };
            let account = self.account(name).filter(sold);
            let held = account.map_or(0, |account| self.atoms_of(account, other));
            if held > 0 {
                let outcome = self.stage.convert_other("anna", name, other, u64::MAX);
                self.must("convert", name, outcome)?;
            }
        }
        Ok(())
    }

    /// Takes all of them out.
    pub fn take_others(&mut self, name: &'static str) -> Result<(), Violation> {
        for other in OTHERS {
            let held = self
                .account(name)
                .map_or(0, |account| self.atoms_of(account, other));
            if held > 0 {
                let outcome = self.stage.withdraw_other(name, other, held);
                self.must("withdraw", name, outcome)?;
            }
        }
        Ok(())
    }
}
