//! Tries every substitution in every slot of a scene and notes what each came to.

use std::collections::{BTreeMap, BTreeSet};

use backstop_testkit::pyth::RECEIVER_PROGRAM;
use backstop_testkit::{address, key, Snapshot, World};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;

use crate::books;
use crate::idl::{Idl, Slot};
use crate::kinds::{everything, kind, Kind, TOKEN_2022};
use crate::outcome::name_of;
use crate::scenes::Scene;
use crate::twin::OUTSIDER;

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
    pub fn run(scene: &'a Scene, idl: &'a Idl) -> Table {
        let slots = &idl.instructions[scene.instruction_name()];
        let fork = scene.stage.world.clone();
        let metas = &scene.instruction.accounts;
        let kinds = metas
            .iter()
            .map(|meta| kind(&fork, idl, &meta.pubkey))
            .collect();
        let before = Snapshot::whole(&fork);
        let mut matrix = Self {
            scene,
            idl,
            slots,
            kinds,
            base: fork.clone(),
            fork,
            before,
            table: Table::new(),
        };
        matrix.signatures_and_flags();
        matrix.wrong_accounts();
        matrix.other_market();
        matrix.one_account_twice();
        matrix.copies();
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

    /// S2: no signature, somebody else's signature, not writable, left out.
    fn signatures_and_flags(&mut self) {
        let outsider = key(OUTSIDER);
        for (index, slot) in self.slots.iter().enumerate() {
            if slot.signer {
                let mut unsigned = self.scene.instruction.clone();
                unsigned.accounts[index].is_signer = false;
                self.attempt(&slot.name, "S2 unsigned", unsigned);
                let other = self.with(index, backstop_testkit::pubkey(OUTSIDER));
                self.attempt_signed(&slot.name, "S2 another signer", other, Some(&outsider));
            }
            if slot.writable && !self.absent(index) {
                let mut locked = self.scene.instruction.clone();
                locked.accounts[index].is_writable = false;
                self.attempt(&slot.name, "S2 not writable", locked);
            }
            if slot.optional && !self.absent(index) {
                let left_out = self.with(index, self.fork.program_id());
                self.attempt(&slot.name, "S2 left out", left_out);
            }
        }
    }

    /// S3 every other type, S5 every other account of the type, S1 another program for a program.
    fn wrong_accounts(&mut self) {
        let found = everything(&self.fork, self.idl, &RECEIVER_PROGRAM);
        for (index, slot) in self
            .slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| !slot.signer)
        {
            let own = self.address(index);
            if self.kinds[index] == Kind::Program && !self.absent(index) {
                self.attempt(
                    &slot.name,
                    "S1 another program",
                    self.with(index, TOKEN_2022),
                );
            }
            for (kind, addresses) in &found {
                if *kind == self.kinds[index] {
                    for other in addresses.iter().filter(|address| **address != own) {
                        self.attempt(
                            &slot.name,
                            "S5 another of the type",
                            self.with(index, *other),
                        );
                    }
                } else {
                    self.attempt(
                        &slot.name,
                        "S3 another type",
                        self.with(index, addresses[0]),
                    );
                }
            }
            if self.kinds[index] != Kind::Program {
                self.attempt(
                    &slot.name,
                    "S5 an empty address",
                    self.with(index, address("nothing here")),
                );
            }
        }
    }

    /// S4: the account of the other market in one slot, and in every pair of slots.
    fn other_market(&mut self) {
        let Some(other) = self.scene.other.clone() else {
            return;
        };
        let differs = |index: &usize| other.accounts[*index].pubkey != self.address(*index);
        let differing: Vec<usize> = (0..self.slots.len()).filter(differs).collect();
        for (position, &index) in differing.iter().enumerate() {
            let slot = self.slots[index].name.clone();
            let single = self.with(index, other.accounts[index].pubkey);
            self.attempt(&slot, "S4 other market", single.clone());
            for &second in &differing[position + 1..] {
                let mut pair = single.clone();
                pair.accounts[second].pubkey = other.accounts[second].pubkey;
                self.attempt(&slot, &format!("S4 with {}", self.slots[second].name), pair);
            }
        }
    }

    /// S6: two slots of one kind, one of them written, hold the same account.
    fn one_account_twice(&mut self) {
        for first in 0..self.slots.len() {
            for second in 0..self.slots.len() {
                let same_kind = first != second && self.kinds[first] == self.kinds[second];
                let typed = !matches!(self.kinds[first], Kind::Missing | Kind::Program);
                let written = self.slots[first].writable || self.slots[second].writable;
                let differ = self.address(first) != self.address(second);
                if same_kind && typed && written && differ && !self.slots[first].signer {
                    let twice = self.with(first, self.address(second));
                    let attack = format!("S6 same as {}", self.slots[second].name);
                    self.attempt(&self.slots[first].name, &attack, twice);
                }
            }
        }
    }

    /// S1: the same bytes under another program, elsewhere and in place. S5: the same bytes and the right
    /// owner at an address that was never derived.
    fn copies(&mut self) {
        let thief = address("another program");
        for (index, slot) in self.slots.iter().enumerate() {
            let own = self.address(index);
            let copied =
                !matches!(self.kinds[index], Kind::Missing | Kind::Program) && !slot.signer;
            let Some(account) = self.fork.account(&own).filter(|_| copied) else {
                continue;
            };
            for (attack, owner, in_place) in [
                ("S1 copy of another owner", thief, false),
                ("S1 another owner in place", thief, true),
                (COPY_ELSEWHERE, account.owner, false),
            ] {
                let target = if in_place {
                    own
                } else {
                    address(&format!("copy of {own} for {owner}"))
                };
                let mut copied = self.scene.stage.world.clone();
                copied.clone_at(&own, target, owner);
                self.rebase(copied);
                self.attempt(&slot.name, attack, self.with(index, target));
                self.rebase(self.scene.stage.world.clone());
            }
        }
    }

    /// S7: what creates something, a second time.
    fn once_more(&mut self) {
        let creates =
            |index: &usize| self.kinds[*index] == Kind::Missing && self.slots[*index].writable;
        if (0..self.slots.len()).any(|index| creates(&index)) {
            let signers = self.scene.signers();
            let instruction = self.scene.instruction.clone();
            backstop_testkit::expect_landed(
                self.fork.send(std::slice::from_ref(&instruction), &signers),
            );
            self.rebase(self.fork.clone());
            self.attempt("-", "S7 once more", instruction);
        }
    }
}
