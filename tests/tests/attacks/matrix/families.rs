//! The families of attacks, one function each.

use backstop_testkit::pyth::RECEIVER_PROGRAM;
use backstop_testkit::{address, expect_landed, key, pubkey};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{Matrix, COPY_ELSEWHERE};
use crate::kinds::{everything, Kind, TOKEN, TOKEN_2022};
use crate::twin::OUTSIDER;

impl Matrix<'_> {
    /// S2: no signature, somebody else's signature, not writable, left out.
    pub(super) fn signatures_and_flags(&mut self) {
        let outsider = key(OUTSIDER);
        for (index, slot) in self.slots.iter().enumerate() {
            if slot.signer {
                let mut unsigned = self.scene.instruction.clone();
                unsigned.accounts[index].is_signer = false;
                self.attempt(&slot.name, "S2 unsigned", unsigned);
                let other = self.with(index, pubkey(OUTSIDER));
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
    pub(super) fn wrong_accounts(&mut self) {
        let found = everything(&self.fork, self.idl, &RECEIVER_PROGRAM);
        let slots = self.slots.iter().enumerate();
        for (index, slot) in slots.filter(|(_, slot)| !slot.signer) {
            let name = &slot.name;
            if self.kinds[index] == Kind::Program {
                if !self.absent(index) {
                    // The other token program, which speaks the same language.
                    let other = match self.address(index) {
                        TOKEN_2022 => TOKEN,
                        _ => TOKEN_2022,
                    };
                    self.attempt(name, "S1 another program", self.with(index, other));
                }
            } else {
                let nothing = self.with(index, address("nothing here"));
                self.attempt(name, "S5 an empty address", nothing);
            }
            for (kind, addresses) in &found {
                if *kind == self.kinds[index] {
                    self.siblings(index, name, addresses);
                } else {
                    self.attempt(name, "S3 another type", self.with(index, addresses[0]));
                }
            }
        }
    }

    fn siblings(&mut self, index: usize, name: &str, addresses: &[Pubkey]) {
        let own = self.address(index);
        for other in addresses.iter().filter(|address| **address != own) {
            self.attempt(name, "S5 another of the type", self.with(index, *other));
        }
    }

    /// S4: the account of the other market in one slot, and in every pair of slots.
    pub(super) fn other_market(&mut self) {
        if let Some(other) = self.scene.other.clone() {
            self.beside("S4", "other market", &other);
        }
    }

    /// S8: the account of another series of the market in one slot, and in every pair of slots.
    pub(super) fn other_series(&mut self) {
        if let Some(other) = self.scene.other_series.clone() {
            self.beside("S8", "other series", &other);
        }
    }

    /// The accounts in which a legal instruction about something else differs, by one and by two.
    fn beside(&mut self, family: &str, what: &str, other: &Instruction) {
        let differs = |index: &usize| other.accounts[*index].pubkey != self.address(*index);
        let differing: Vec<usize> = (0..self.slots.len()).filter(differs).collect();
        for (position, &index) in differing.iter().enumerate() {
            let slot = self.slots[index].name.clone();
            let single = self.with(index, other.accounts[index].pubkey);
            self.attempt(&slot, &format!("{family} {what}"), single.clone());
            for &second in &differing[position + 1..] {
                let mut pair = single.clone();
                pair.accounts[second].pubkey = other.accounts[second].pubkey;
                let attack = format!("{family} with {}", self.slots[second].name);
                self.attempt(&slot, &attack, pair);
            }
        }
    }

    /// S6: two slots of one kind, one of them written, hold the same account.
    pub(super) fn one_account_twice(&mut self) {
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
    pub(super) fn copies(&mut self) {
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
    pub(super) fn once_more(&mut self) {
        let creates =
            |index: &usize| self.kinds[*index] == Kind::Missing && self.slots[*index].writable;
        if (0..self.slots.len()).any(|index| creates(&index)) {
            let signers = self.scene.signers();
            let instruction = self.scene.instruction.clone();
            expect_landed(self.fork.send(std::slice::from_ref(&instruction), &signers));
            self.rebase(self.fork.clone());
            self.attempt("-", "S7 once more", instruction);
        }
    }
}
