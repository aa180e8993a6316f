//! An actor's own margin account: opened, filled, emptied, closed.

use backstop_client::account::{self, Flow};
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::key;

impl Stage {
    /// An actor opens his margin account number 0.
    pub fn open_account(&mut self, name: &str) -> Outcome {
        let signer = key(name);
        let label = format!("margin of {name}");
        self.world.label(self.margin(name), &label);
        let instruction = account::open_account(&self.keys, signer.pubkey(), 0);
        self.world
            .send_as("open_account", &[instruction], &[&signer])
    }

    /// An actor closes his margin account.
    pub fn close_account(&mut self, name: &str) -> Outcome {
        let signer = key(name);
        let instruction = account::close_account(&self.keys, signer.pubkey(), self.margin(name));
        self.world
            .send_as("close_account", &[instruction], &[&signer])
    }

    /// An actor deposits quote.
    pub fn deposit_quote(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.quote_mint,
            wallet: self.quote_wallet(name),
            amount_atoms,
        };
        self.deposit(name, flow)
    }

    /// An actor deposits underlying.
    pub fn deposit_underlying(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.underlying_mint,
            wallet: self.underlying_wallet(name),
            amount_atoms,
        };
        self.deposit(name, flow)
    }

    pub(super) fn deposit(&mut self, name: &str, flow: Flow) -> Outcome {
        let signer = key(name);
        let instruction = account::deposit(&self.keys, signer.pubkey(), self.margin(name), flow);
        let instruction = self.of_mint(&flow.mint, instruction);
        let instruction = self.living(&flow.mint, instruction);
        self.world.send_as("deposit", &[instruction], &[&signer])
    }

    /// An actor withdraws quote.
    pub fn withdraw_quote(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.quote_mint,
            wallet: self.quote_wallet(name),
            amount_atoms,
        };
        self.withdraw(name, flow)
    }

    /// An actor withdraws underlying.
    pub fn withdraw_underlying(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.underlying_mint,
            wallet: self.underlying_wallet(name),
            amount_atoms,
        };
        self.withdraw(name, flow)
    }

    pub(super) fn withdraw(&mut self, name: &str, flow: Flow) -> Outcome {
        let signer = key(name);
        let instruction = account::withdraw(
            &self.keys,
            signer.pubkey(),
            self.margin(name),
            flow,
            self.price_account,
        );
        let instruction = self.of_mint(&flow.mint, instruction);
        let instruction = self.showing(instruction, &[self.margin(name)]);
        self.world.send_as("withdraw", &[instruction], &[&signer])
    }
}
