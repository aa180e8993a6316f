//! The world itself: the virtual machine, its programs and its clock.

use std::collections::{BTreeMap, HashMap};

use backstop_client::plan::Wire;
use litesvm::LiteSVM;
use solana_account::{Account, AccountSharedData};
use solana_clock::Clock;
use solana_keypair::Keypair;
use solana_message::AddressLookupTableAccount;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use crate::cost::CostLog;
use crate::footprint::Tracer;
use crate::keys::key;
use crate::program::{template, WorldError};
use crate::sections::with_section_table;
use crate::tape::{Deed, Moment};

/// The time at which every world begins, unix seconds: 2020-01-01 00:00 UTC, earlier than any replayed market,
/// because the clock only moves forward.
pub const GENESIS_UNIX: i64 = 1_577_836_800;

/// Length of a slot used to move the slot number along with the clock, milliseconds.
const SLOT_MILLISECONDS: i64 = 400;

/// Lamports of the world's fee payer: enough for a million transactions of several signatures.
const PAYER_LAMPORTS: u64 = 1_000_000_000_000_000;

/// An embedded chain with one program under test. Cloning it forks the chain: both copies go their own way, only
/// the [`CostLog`] stays shared.
pub struct World {
    pub(crate) svm: LiteSVM,
    pub(crate) program_id: Pubkey,
    pub(crate) payer: Keypair,
    pub(crate) labels: BTreeMap<Pubkey, String>,
    pub(crate) costs: CostLog,
    pub(crate) sent_count: u64,
    pub(crate) tracer: Option<Tracer>,
    pub(crate) tape: Option<Vec<Deed>>,
    pub(crate) widest: Wire,
    pub(crate) token_2022: bool,
    /// Addresses of the market, for a table that serves everybody.
    pub(crate) shared: Vec<Pubkey>,
    pub(crate) tables: Vec<AddressLookupTableAccount>,
}

impl Clone for World {
    fn clone(&self) -> Self {
        let mut svm = self.svm.clone();
        let tracer = self.tracer.as_ref().map(|tracer| tracer.fork(&mut svm));
        Self {
            svm,
            tracer,
            program_id: self.program_id,
            payer: self.payer.insecure_clone(),
            labels: self.labels.clone(),
            costs: self.costs.clone(),
            sent_count: self.sent_count,
            tape: self.tape.clone(),
            widest: self.widest,
            token_2022: self.token_2022,
            shared: self.shared.clone(),
            tables: self.tables.clone(),
        }
    }
}

impl World {
    /// A world with the program's bytes loaded at `program_id` by the upgradeable loader, without an upgrade
    /// authority, beside the system, SPL Token, Token-2022 and associated-token programs; mainnet's features;
    /// signatures verified; the clock at [`GENESIS_UNIX`].
    ///
    /// The first world of a binary verifies and compiles it; later ones in the same process copy that.
    ///
    /// # Errors
    /// [`WorldError::ProgramRefused`] if the loader does not accept the bytes.
    pub fn at(program_id: Pubkey, program_so: &[u8]) -> Result<Self, WorldError> {
        let svm = template(program_id, program_so, false)?;
        Ok(Self::around(svm, program_id))
    }

    /// [`World::at`] the program's own address.
    ///
    /// # Errors
    /// As [`World::at`].
    pub fn new(program_so: &[u8]) -> Result<Self, WorldError> {
        Self::at(backstop_interface::ID, program_so)
    }

    /// [`World::at`] in a virtual machine that also measures heap and stack
    /// ([`Landed::footprint`](crate::Landed::footprint)). Many times slower; compute units are the same. A binary without sections is
    /// loaded with an empty section table behind it.
    ///
    /// # Errors
    /// As [`World::at`].
    pub fn traced_at(program_id: Pubkey, program_so: &[u8]) -> Result<Self, WorldError> {
        let mut svm = template(program_id, &with_section_table(program_so), true)?;
        let tracer = Tracer::hook(program_id, &mut svm);
        let mut world = Self::around(svm, program_id);
        world.tracer = Some(tracer);
        Ok(world)
    }

    fn around(svm: LiteSVM, program_id: Pubkey) -> Self {
        let mut world = Self {
            svm,
            program_id,
            payer: key("fee payer"),
            labels: BTreeMap::new(),
            costs: CostLog::from_environment(),
            sent_count: 0,
            tracer: None,
            tape: None,
            widest: Wire::default(),
            token_2022: false,
            shared: Vec::new(),
            tables: Vec::new(),
        };
        world.airdrop(&world.payer.pubkey(), PAYER_LAMPORTS);
        world.label(world.payer.pubkey(), "fee payer");
        world
    }

    /// Signatures are neither made nor verified from here on: several times faster, for long random sequences
    /// that do not test signatures. Which accounts count as signers is unchanged.
    pub fn without_signature_checks(mut self) -> Self {
        self.svm = self.svm.with_sigverify(false);
        self
    }

    /// From here on every instruction names Token-2022 where it would name the classic token program: for worlds all
    /// of whose mints belong to it.
    pub fn use_token_2022(&mut self) {
        self.token_2022 = true;
    }

    /// Address of the program under test.
    pub fn program_id(&self) -> Pubkey {
        self.program_id
    }

    /// Public key of the account that pays every transaction's fee and the rent of the set-up helpers. It is no
    /// actor: what it pays never shows in an actor's balance.
    pub fn payer(&self) -> Pubkey {
        self.payer.pubkey()
    }

    /// Present time of the chain, unix seconds.
    pub fn now(&self) -> i64 {
        self.svm.get_sysvar::<Clock>().unix_timestamp
    }

    /// Present slot of the chain.
    pub fn slot(&self) -> u64 {
        self.svm.get_sysvar::<Clock>().slot
    }

    /// Sets the clock to `unix`; the slot moves along at 400 ms a slot, rounded up and by one at least.
    ///
    /// # Panics
    /// If `unix` lies in the past of this world.
    #[track_caller]
    pub fn warp_to(&mut self, unix: i64) {
        let mut clock = self.svm.get_sysvar::<Clock>();
        let elapsed_seconds = unix - clock.unix_timestamp;
        assert!(
            elapsed_seconds >= 0,
            "time only moves forward: {unix} is {} s before now",
            -elapsed_seconds
        );
        clock.unix_timestamp = unix;
        clock.slot += slots_in_ceil(elapsed_seconds).max(1);
        self.svm.set_sysvar(&clock);
        self.note(|| {
            Deed::Time(Moment {
                unix,
                slot: clock.slot,
            })
        });
    }

    /// Present epoch of the chain.
    pub fn epoch(&self) -> u64 {
        self.svm.get_sysvar::<Clock>().epoch
    }

    /// Sets the epoch; time and slot stay.
    pub fn set_epoch(&mut self, epoch: u64) {
        let mut clock = self.svm.get_sysvar::<Clock>();
        clock.epoch = epoch;
        self.svm.set_sysvar(&clock);
    }

    /// Moves the clock by `seconds` and the slot with it.
    ///
    /// # Panics
    /// If `seconds` is negative.
    #[track_caller]
    pub fn advance(&mut self, seconds: i64) {
        self.warp_to(self.now() + seconds);
    }

    /// The account at `address`, or none if it does not exist.
    pub fn account(&self, address: &Pubkey) -> Option<Account> {
        self.svm.get_account(address)
    }

    /// Lamports at `address`, 0 if the account does not exist.
    pub fn lamports(&self, address: &Pubkey) -> u64 {
        self.svm.get_balance(address).unwrap_or(0)
    }

    /// Lamports that make an account of `data_len` bytes exempt from rent.
    pub fn rent(&self, data_len: usize) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(data_len)
    }

    /// Adds lamports to any address out of nothing, creating a system account if there was none. Also the way to
    /// donate to an address before the program creates an account there.
    pub fn airdrop(&mut self, address: &Pubkey, lamports: u64) {
        let mut account = self.account(address).unwrap_or_default();
        account.lamports += lamports;
        self.set_account(*address, account);
    }

    /// The keypair of [`key`]`(name)` with 100 SOL, labelled with its name in tables.
    pub fn actor(&mut self, name: &str) -> Keypair {
        let keypair = key(name);
        self.airdrop(&keypair.pubkey(), 100_000_000_000);
        self.label(keypair.pubkey(), name);
        keypair
    }

    /// Names an address in tables and messages.
    pub fn label(&mut self, address: Pubkey, name: &str) {
        self.labels.insert(address, name.to_owned());
    }

    /// The name given to `address` by [`World::label`], or its first eight characters.
    pub fn name(&self, address: &Pubkey) -> String {
        let short = || address.to_string().chars().take(8).collect();
        self.labels.get(address).cloned().unwrap_or_else(short)
    }

    /// What the landed transactions of this world and its forks cost so far.
    pub fn costs(&self) -> &CostLog {
        &self.costs
    }

    pub(crate) fn all_accounts(&self) -> &HashMap<Pubkey, AccountSharedData> {
        &self.svm.accounts_db().inner
    }

    pub(crate) fn set_account(&mut self, address: Pubkey, account: Account) {
        self.note(|| Deed::Account(address, account.clone()));
        self.svm
            .set_account(address, account)
            .expect("a non-executable account that is no sysvar is always accepted");
    }
}

/// Slots that pass in `seconds`, rounded up.
fn slots_in_ceil(seconds: i64) -> u64 {
    (seconds as u64 * 1_000).div_ceil(SLOT_MILLISECONDS as u64)
}
