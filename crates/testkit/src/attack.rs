//! Substitutes for attack tests.

use solana_pubkey::Pubkey;

use crate::keys::digest;
use crate::World;

impl World {
    /// Puts a byte-identical copy of the account at `original`, lamports included, at `copy` with another owner.
    /// With `copy` equal to `original` the account itself changes hands: do that in a fork of the world, because
    /// it damages the one it is done in.
    ///
    /// For attack tests only: this is the one way in which an account with the program's data comes to be
    /// without the program.
    ///
    /// # Panics
    /// If there is no account at `original`, or it is a loaded program.
    #[track_caller]
    pub fn clone_at(&mut self, original: &Pubkey, copy: Pubkey, new_owner: Pubkey) {
        let Some(mut account) = self.account(original) else {
            panic!(
                "{} does not exist and cannot be copied",
                self.name(original)
            );
        };
        assert!(!account.executable, "{} is a program", self.name(original));
        account.owner = new_owner;
        self.set_account(copy, account);
    }

    /// [`World::clone_at`] an address derived from both arguments, which is returned.
    ///
    /// # Panics
    /// As [`World::clone_at`].
    #[track_caller]
    pub fn substitute(&mut self, original: &Pubkey, new_owner: Pubkey) -> Pubkey {
        let both = [original.to_bytes(), new_owner.to_bytes()].concat();
        let copy = Pubkey::new_from_array(digest(b"backstop testkit substitute:", &both));
        self.clone_at(original, copy, new_owner);
        copy
    }
}
