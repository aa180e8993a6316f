//! Deterministic keys: the same name is the same actor in every test, run and machine.

use sha2::{Digest, Sha256};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

/// The keypair of the actor called `name`. Its secret is the SHA-256 of the name under a fixed prefix, so it is
/// public knowledge and fit for tests only.
pub fn key(name: &str) -> Keypair {
    Keypair::new_from_array(digest(b"backstop testkit key:", name.as_bytes()))
}

/// The public key of [`key`]`(name)`.
pub fn pubkey(name: &str) -> Pubkey {
    key(name).pubkey()
}

/// An address that belongs to `name` and for which nobody has a key: for accounts that other programs own, such
/// as price accounts. It may lie on the curve by chance, so it is not a stand-in for a PDA.
pub fn address(name: &str) -> Pubkey {
    Pubkey::new_from_array(digest(b"backstop testkit address:", name.as_bytes()))
}

/// SHA-256 of `domain` followed by `bytes`. Domains end in `:` and contain none before, so that no two collide.
pub(crate) fn digest(domain: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(domain);
    hasher.update(bytes);
    hasher.finalize().into()
}
