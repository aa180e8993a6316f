//! Tries every substitution in every slot of a scene and notes what each came to.

mod amounts;
mod families;
mod prices;

use std::collections::{BTreeMap, BTreeSet};

use backstop_testkit::{Snapshot, World};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;

use crate::books;
use crate::idl::{Idl, Slot};
use crate::kinds::{kind, Kind};
use crate::outcome::name_of;
use crate::scenes::Scene;

/// What an attempt that landed is called.
pub const LANDED: &str = "LANDED";

/// The right owner and bytes at an address nobody derived.
const COPY_ELSEWHERE: &str = "S5 copy elsewhere";

/// Scene, slot, attack.
pub type Row = (String, String, String);
/// Every outcome of the attempts a row stands for.
pub type Table = BTreeMap<Row, BTreeSet<String>>;

/// A scene under attack.
pub struct Matrix<'a> {
    scene: &'a Scene,
    idl: &'a Idl,
    slots: &'a [Slot],
    kinds: Vec<Kind>,
    /// The state attacked; has copies in it while those are tried.
    base: World,
    fork: World,
    before: Snapshot,
    /// What happened so far.
    pub table: Table,
}

impl<'a> Matrix<'a> {
    /// Every attack on every slot of the scene.
    pub fn run(scene: &Scene, idl: &Idl) -> Table {
        let slots = scene.slots(idl);
        let fork = scene.stage.world.clone();
        let metas = &scene.instruction.accounts;
        let kinds = metas
            .iter()
            .map(|meta| kind(&fork, idl, &meta.pubkey))
            .collect();
        let before = Snapshot::whole(&fork);
        let mut matrix = Matrix {
            scene,
            idl,
            slots: &slots,
            kinds,
            base: fork.clone(),
            fork,
            before,
            table: Table::new(),
        };
        matrix.signatures_and_flags();
        matrix.wrong_accounts();
        matrix.other_market();
        matrix.other_series();
        matrix.one_account_twice();
        matrix.copies();
        matrix.extremes();
        matrix.exponents();
        matrix.once_more();
        matrix.table
    }

    /// True where an optional account is left out: the program's own address stands for it.
    fn absent(&self, index: usize) -> bool {
        self.slots[index].optional && self.address(index) == self.fork.program_id()
    }

    fn address(&self, index: usize) -> Pubkey {
        self.scene.instruction.accounts[index].pubkey
    }

    /// Sends an instruction that must not land; if it does, the books must still be right.
    fn attempt(&mut self, slot: &str, attack: &str, instruction: Instruction) {
        self.attempt_signed(slot, attack, instruction, None);
    }

    fn attempt_signed(
        &mut self,
        slot: &str,
        attack: &str,
        instruction: Instruction,
        extra: Option<&Keypair>,
    ) {
        let mut signers = self.scene.signers();
        signers.extend(extra);
        let payer = self.fork.payer();
        let result = self.fork.send(&[instruction], &signers);
        let outcome = match &result {
            Err(failed) => {
                self.before
                    .assert_same(&Snapshot::whole(&self.fork), &[payer]);
                name_of(failed, self.idl)
            }
            Ok(_) => {
                let where_ = format!("{} {slot} {attack}", self.scene.name);
                // A copy under the program's ownership is a state the program cannot reach; its books are none.
                if attack != COPY_ELSEWHERE {
                    books::assert_kept(&self.base, &self.fork, &where_);
                }
                self.fork = self.base.clone();
                LANDED.to_owned()
            }
        };
        let row = (self.scene.name.clone(), slot.to_owned(), attack.to_owned());
        self.table.entry(row).or_default().insert(outcome);
    }

    /// Attacks another state from here on.
    fn rebase(&mut self, world: World) {
        self.before = Snapshot::whole(&world);
        self.fork = world.clone();
        self.base = world;
    }

    fn with(&self, index: usize, address: Pubkey) -> Instruction {
        let mut instruction = self.scene.instruction.clone();
        instruction.accounts[index].pubkey = address;
        instruction
    }
}
