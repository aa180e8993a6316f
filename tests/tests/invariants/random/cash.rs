//! Quote and underlying, in and out.

use backstop_interface::accounts::MarginAccount;
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::play::{Play, QUOTE};

impl Play {
    /// A deposit or a withdrawal; who has no account opens one.
    pub fn cash(&mut self, name: &'static str, action: &Action) -> Result<(), Violation> {
        let size = u64::from(action.size);
        let deposits = matches!(action.verb, Verb::DepositQuote | Verb::DepositUnderlying);
        if deposits && self.account(name).is_none() {
            let outcome = self.stage.open_account(name);
            return self.saw("open_account", outcome).map(drop);
        }
        let mint = self.stage.keys.underlying_mint;
        let rich = |account: &MarginAccount| match action.verb {
            Verb::WithdrawQuote => account.quote_atoms > 0 && account.debt_atoms() == 0,
            _ => account.collateral_atoms(&mint) > 0,
        };
        let name = match deposits {
            true => Some(name),
            false => self.one(action.who, action.size, rich),
        };
        let Some(name) = name else { return Ok(()) };
        let part = |held: u64| (held / 100).max(1) * (1 + size % 100);
        let account = self.account(name).copied();
        let (quote, underlying) = account.map_or((0, 0), |account| {
            (account.quote_atoms, account.collateral_atoms(&mint))
        });
        let stage = &mut self.stage;
        let (verb, outcome) = match action.verb {
            Verb::DepositQuote => ("deposit", stage.deposit_quote(name, (size / 4 + 1) * QUOTE)),
            Verb::DepositUnderlying => {
                let atoms = (size % 200 + 1) * 100_000_000;
                ("deposit", stage.deposit_underlying(name, atoms))
            }
            Verb::WithdrawQuote => ("withdraw", stage.withdraw_quote(name, part(quote))),
            _ => (
                "withdraw",
                stage.withdraw_underlying(name, part(underlying)),
            ),
        };
        self.saw(verb, outcome).map(drop)
    }
}
