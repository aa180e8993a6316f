//! What the chain says, and what must be true of it after every step.

use anchor_lang::prelude::Pubkey;
use anchor_lang::{AnchorDeserialize, Discriminator};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, Collateral};
use backstop_testkit::{invariants, pubkey, Balances, Landed};

use super::Play;

impl Play {
    pub fn state(&self, name: &str) -> AccountState {
        self.account_of(name)
            .expect("the actor has an account")
            .state()
    }

    /// Quote in an actor's margin account.
    pub fn cash(&self, name: &str) -> u64 {
        self.account_of(name)
            .expect("the actor has an account")
            .quote_atoms
    }

    /// Signed millionths of the put an actor's margin account holds.
    pub fn leg(&self, name: &str, series: &SeriesKeys) -> i64 {
        let account = self.account_of(name).expect("the actor has an account");
        let index = account.leg_index(series.expiry.expires_at, series.strike_price, series.kind);
        index.map_or(0, |index| account.legs[index].quantity_contracts)
    }

    /// Claim token account of an actor.
    pub fn claims(&mut self, name: &str) -> Pubkey {
        let mint = self.expiry.claim_mint;
        self.world.token_account(&pubkey(name), &mint)
    }

    /// Every invariant holds, every vault holds exactly what its books say, and no quote or underlying came
    /// to be or vanished since `before`.
    #[track_caller]
    pub fn assert_books(&self, before: &Balances) {
        let keys = &self.keys;
        invariants::check(&self.world).unwrap_or_else(|violation| panic!("{violation}"));
        for collateral in [keys.quote, keys.underlying] {
            let books: Collateral = self.read(&collateral).expect("from genesis");
            assert_eq!(
                self.world.balance(&books.vault),
                books.claims_atoms,
                "vault and its books"
            );
        }
        assert_eq!(
            self.world.balance(&keys.insurance_vault),
            self.fund().assets_atoms,
            "insurance vault"
        );
        assert_eq!(
            self.world.balance(&self.expiry.escrow),
            self.expiry_of(&self.expiry).books_atoms(),
            "escrow"
        );
        let after = Balances::read(&self.world);
        before.assert_conserved(&after, &keys.quote_mint);
        before.assert_conserved(&after, &keys.underlying_mint);
    }

    pub fn balances(&self) -> Balances {
        Balances::read(&self.world)
    }

    /// The one event of its type.
    #[track_caller]
    pub fn told<E: AnchorDeserialize + Discriminator>(&self, landed: &Landed) -> E {
        let mut events = landed.events::<E>(&self.world.program_id());
        assert_eq!(events.len(), 1, "one event");
        events.remove(0)
    }
}
