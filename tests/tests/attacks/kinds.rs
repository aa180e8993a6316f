//! What an account is, told from the chain.

use std::collections::BTreeMap;

use backstop_testkit::World;
use solana_pubkey::Pubkey;

use crate::idl::Idl;

/// SPL Token.
pub const TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// Token-2022, which option mints belong to.
pub const TOKEN_2022: Pubkey =
    Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
/// Length of a mint without extensions.
const MINT_BYTES: usize = 82;
/// Where Token-2022 writes the kind of an account with extensions, and what it writes for a mint.
const KIND_MARK: (usize, u8) = (165, 1);

/// Kind of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// There is none at the address.
    Missing,
    /// A program.
    Program,
    /// Owned by the system program, without data.
    Wallet,
    /// An account type of the program under test.
    Ours(String),
    /// A token account.
    Tokens,
    /// A mint.
    Mint,
    /// Owned by any other program: prices, program data.
    Foreign(Pubkey),
}

/// Kind of the account at an address.
pub fn kind(world: &World, idl: &Idl, address: &Pubkey) -> Kind {
    let Some(account) = world.account(address) else {
        return Kind::Missing;
    };
    if account.executable {
        return Kind::Program;
    }
    match account.owner {
        owner if owner == Pubkey::default() => Kind::Wallet,
        owner if owner == world.program_id() => {
            let discriminator = account.data.get(..8).unwrap_or_default();
            Kind::Ours(idl.accounts.get(discriminator).cloned().unwrap_or_default())
        }
        TOKEN | TOKEN_2022 if is_mint(&account.data) => Kind::Mint,
        TOKEN | TOKEN_2022 => Kind::Tokens,
        owner => Kind::Foreign(owner),
    }
}

fn is_mint(data: &[u8]) -> bool {
    let (offset, mark) = KIND_MARK;
    data.len() == MINT_BYTES || data.get(offset) == Some(&mark)
}

/// Every account of the program, every token account, mint and price, by kind.
pub fn everything(world: &World, idl: &Idl, oracle: &Pubkey) -> BTreeMap<Kind, Vec<Pubkey>> {
    let mut by_kind: BTreeMap<Kind, Vec<Pubkey>> = BTreeMap::new();
    for owner in [world.program_id(), TOKEN, TOKEN_2022, *oracle] {
        for address in world.addresses_of(&owner) {
            by_kind
                .entry(kind(world, idl, &address))
                .or_default()
                .push(address);
        }
    }
    by_kind
}
