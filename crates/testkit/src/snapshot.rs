//! Accounts as they were, to prove that nothing has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use solana_account::{AccountSharedData, ReadableAccount};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::World;

/// Owner of the sysvars, which move with every block.
pub(crate) const SYSVAR_OWNER: Pubkey =
    Pubkey::from_str_const("Sysvar1111111111111111111111111111111111111");

/// Accounts at one moment, byte for byte. Costs little: account data is shared, not copied.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    accounts: BTreeMap<Pubkey, AccountSharedData>,
}

/// An account that differs between two snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which account.
    pub address: Pubkey,
    /// What is different, in words.
    pub what: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.address, self.what)
    }
}

impl Snapshot {
    /// Every account of the world but sysvars and loaded programs.
    pub fn whole(world: &World) -> Self {
        let accounts = world.all_accounts().iter();
        Self {
            accounts: accounts
                .filter(|(_, account)| !account.executable() && *account.owner() != SYSVAR_OWNER)
                .map(|(address, account)| (*address, account.clone()))
                .collect(),
        }
    }

    /// The accounts at the given addresses. One that does not exist is remembered as such.
    pub fn of<'a>(world: &World, addresses: impl IntoIterator<Item = &'a Pubkey>) -> Self {
        let all = world.all_accounts();
        let existing = |address: &Pubkey| Some((*address, all.get(address)?.clone()));
        Self {
            accounts: addresses.into_iter().filter_map(existing).collect(),
        }
    }

    /// Every account the instructions name.
    pub fn named_by(world: &World, instructions: &[Instruction]) -> Self {
        let metas = instructions.iter().flat_map(|one| &one.accounts);
        Self::of(world, metas.map(|meta| &meta.pubkey))
    }

    /// What differs in `later`, in the order of addresses. Both must have been taken in the same way.
    pub fn changes(&self, later: &Self) -> Vec<Change> {
        let addresses: BTreeSet<_> = self.accounts.keys().chain(later.accounts.keys()).collect();
        let change = |address: &Pubkey| {
            let what = describe(self.accounts.get(address), later.accounts.get(address))?;
            Some(Change {
                address: *address,
                what,
            })
        };
        addresses.into_iter().filter_map(change).collect()
    }

    /// Asserts that nothing differs in `later` outside the accounts named in `except`.
    ///
    /// # Panics
    /// With the list of changes if something does.
    #[track_caller]
    pub fn assert_same(&self, later: &Self, except: &[Pubkey]) {
        let mut changes = self.changes(later);
        changes.retain(|change| !except.contains(&change.address));
        let list: String = changes
            .iter()
            .map(|change| format!("\n  {change}"))
            .collect();
        assert!(
            changes.is_empty(),
            "accounts changed that should not:{list}"
        );
    }
}

fn describe(
    before: Option<&AccountSharedData>,
    after: Option<&AccountSharedData>,
) -> Option<String> {
    let (before, after) = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => return Some("created".to_owned()),
        (Some(_), None) => return Some("removed".to_owned()),
        (Some(before), Some(after)) => (before, after),
    };
    let mut parts = Vec::new();
    if before.lamports() != after.lamports() {
        parts.push(format!(
            "lamports {} to {}",
            before.lamports(),
            after.lamports()
        ));
    }
    if before.owner() != after.owner() {
        parts.push(format!("owner {} to {}", before.owner(), after.owner()));
    }
    if before.executable() != after.executable() {
        parts.push("executable flag".to_owned());
    }
    if before.data() != after.data() {
        parts.push(data_change(before.data(), after.data()));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn data_change(before: &[u8], after: &[u8]) -> String {
    if before.len() != after.len() {
        return format!("length {} to {}", before.len(), after.len());
    }
    let differs = |(index, pair): (usize, (&u8, &u8))| (pair.0 != pair.1).then_some(index);
    let places: Vec<_> = before
        .iter()
        .zip(after)
        .enumerate()
        .filter_map(differs)
        .collect();
    let first = places.first().copied().unwrap_or_default();
    format!("{} data bytes, the first at {first}", places.len())
}
