//! I22: the same accounts and the same clock give the same bytes.
//!
//! A second chain does only what landed on the first, in the same order, and holds the same bytes after each
//! step. It never saw what was refused, hashes its accounts in another order and runs later. Why: what two
//! validators can disagree on is no state. Tolerance: none but the payer of the fees, who paid for the refused
//! transactions too.

use solana_clock::Clock;

use super::Violation;
use crate::snapshot::Snapshot;
use crate::tape::Deed;
use crate::World;

/// A chain that follows another one step behind.
#[derive(Clone)]
pub struct Shadow {
    world: World,
}

impl Shadow {
    /// Begins to follow: the world records from here on.
    pub fn of(world: &mut World) -> Self {
        world.start_tape();
        Self {
            world: world.clone(),
        }
    }

    /// Does what was done since the last call and compares every account.
    ///
    /// # Errors
    /// Names the accounts that differ, or the transaction that landed there and not here.
    pub fn follow(&mut self, world: &mut World) -> Result<(), Violation> {
        let violated = |detail| Violation {
            invariant: "I22 determinism",
            detail,
        };
        for deed in world.tape().to_vec() {
            self.repeat(deed).map_err(violated)?;
        }
        world.start_tape();
        let changes = Snapshot::whole(&self.world).changes(&Snapshot::whole(world));
        let payer = world.payer();
        let differ: Vec<_> = changes.iter().filter(|one| one.address != payer).collect();
        match differ.first() {
            None => Ok(()),
            Some(first) => Err(violated(format!("{} accounts, {first}", differ.len()))),
        }
    }

    fn repeat(&mut self, deed: Deed) -> Result<(), String> {
        match deed {
            Deed::Time(moment) => {
                let mut clock = self.world.svm.get_sysvar::<Clock>();
                (clock.unix_timestamp, clock.slot) = (moment.unix, moment.slot);
                self.world.svm.set_sysvar(&clock);
            }
            Deed::Account(address, account) => self.world.set_account(address, account),
            // Its address derives from the slot it was made in.
            Deed::Table(table, account) => {
                self.world.set_account(table.key, account);
                self.world.tables.push(table);
            }
            Deed::Transaction(instructions, signers) => {
                let signers: Vec<_> = signers.iter().collect();
                let outcome = self.world.send(&instructions, &signers);
                outcome.map_err(|failed| failed.to_string())?;
            }
        }
        Ok(())
    }

    /// The chain itself, for a test that breaks it.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }
}
