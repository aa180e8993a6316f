//! The program under test: its bytes, its loader's accounts and its own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use anchor_lang::solana_program::bpf_loader_upgradeable;
use litesvm::LiteSVM;
use solana_account::Account;
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use crate::keys::digest;
use crate::world::GENESIS_UNIX;
use crate::World;

/// Bytes of the upgradeable loader's `ProgramData` state in front of the program: variant, slot, authority.
const PROGRAM_DATA_HEADER: usize = 4 + 8 + 1 + 32;

/// Why a world could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorldError {
    /// The loader refused the bytes as a program: not an ELF file, an unsupported version, or it failed
    /// verification.
    ProgramRefused {
        /// Address at which the program was to be loaded.
        program_id: Pubkey,
        /// Number of bytes offered.
        length: usize,
        /// The loader's own words.
        reason: String,
    },
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProgramRefused {
                program_id,
                length,
                reason,
            } => write!(
                f,
                "the loader refused the {length} bytes given as program {program_id}: {reason}"
            ),
        }
    }
}

impl std::error::Error for WorldError {}

impl World {
    /// Writes `authority` into the program's `ProgramData` account as the upgrade authority, as a deployment
    /// through the loader leaves it. The accounts are the loader's, not the program's.
    pub fn with_upgrade_authority(mut self, authority: &Pubkey) -> Self {
        let address = self.program_data_address();
        let mut account = self
            .account(&address)
            .expect("the loader made the ProgramData account");
        account.data[12] = 1;
        account.data[13..PROGRAM_DATA_HEADER].copy_from_slice(authority.as_ref());
        self.set_account(address, account);
        self
    }

    /// Address of the program's `ProgramData` account, which holds the bytes and the upgrade authority.
    pub fn program_data_address(&self) -> Pubkey {
        let seeds = [self.program_id.as_ref()];
        Pubkey::find_program_address(&seeds, &bpf_loader_upgradeable::ID).0
    }

    /// Address of every account owned by `owner`, in order: where an attack finds its substitutes.
    pub fn addresses_of(&self, owner: &Pubkey) -> Vec<Pubkey> {
        let owned = self.svm.get_program_accounts(owner);
        let mut addresses: Vec<_> = owned.into_iter().map(|(address, _)| address).collect();
        addresses.sort();
        addresses
    }

    /// Every account owned by the program under test, in the order of addresses.
    pub fn program_accounts(&self) -> Vec<(Pubkey, Account)> {
        let mut accounts = self.svm.get_program_accounts(&self.program_id);
        accounts.sort_by_key(|(address, _)| *address);
        accounts
    }
}

/// Machines by program (digest of address and bytes) and by whether they are traced.
type Templates = HashMap<([u8; 32], bool), LiteSVM>;

/// The virtual machine with the program loaded, made once per binary and address and copied afterwards: loading
/// the SPL programs and compiling ours takes longer than most tests.
pub(crate) fn template(
    program_id: Pubkey,
    program_so: &[u8],
    traced: bool,
) -> Result<LiteSVM, WorldError> {
    static TEMPLATES: OnceLock<Mutex<Templates>> = OnceLock::new();
    let identity = (digest(program_id.as_ref(), program_so), traced);
    let templates = TEMPLATES.get_or_init(Mutex::default);
    let mut templates = templates.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(svm) = templates.get(&identity) {
        return Ok(svm.clone());
    }
    let mut svm = LiteSVM::new_debuggable(traced)
        .with_transaction_history(0)
        .with_log_bytes_limit(None);
    // Its own airdrop account has a random address, which would make no two worlds alike.
    let airdrop_account = svm.airdrop_pubkey();
    svm.set_account(airdrop_account, Account::default())
        .expect("an account without lamports is removed");
    let mut clock = svm.get_sysvar::<Clock>();
    clock.unix_timestamp = GENESIS_UNIX;
    svm.set_sysvar(&clock);
    svm.add_program(program_id, program_so)
        .map_err(|error| WorldError::ProgramRefused {
            program_id,
            length: program_so.len(),
            reason: error.to_string(),
        })?;
    templates.insert(identity, svm.clone());
    Ok(svm)
}
