//! For every instruction a state in which it lands, in the market under attack and in the one beside it.

mod bearer;
mod collaterals;
mod exercise;
mod genesis;
mod liquidation;
mod museum;
mod orders;
mod settlement;
mod trading;

use backstop_testkit::{expect_landed, key, Stage};
use solana_instruction::Instruction;
use solana_keypair::Keypair;

use crate::idl::{Idl, Slot};
use crate::twin::Twin;

pub use museum::surface;

/// A state, and the instruction that lands in it.
pub struct Scene {
    /// Name of the instruction, with `:variant` behind it if it is not its only scene.
    pub name: String,
    /// The state.
    pub stage: Stage,
    /// The instruction.
    pub instruction: Instruction,
    /// The same for the other market, slot by slot.
    pub other: Option<Instruction>,
    /// The same for another series or expiry of the market, slot by slot.
    pub other_series: Option<Instruction>,
    /// Collaterals with feeds of their own shown behind it.
    pub shown: Vec<&'static str>,
    /// Who signs.
    pub signers: Vec<Keypair>,
}

impl Scene {
    /// Name of the instruction without the variant.
    pub fn instruction_name(&self) -> &str {
        self.name.split(':').next().unwrap_or(&self.name)
    }

    /// Its slots: those of the description, and behind them the collaterals shown.
    pub fn slots(&self, idl: &Idl) -> Vec<Slot> {
        let mut slots = idl.instructions[self.instruction_name()].clone();
        let behind = self.shown.iter().flat_map(|other| {
            let parts: &[&str] = match *other {
                "staked" => &["collateral", "price", "clock", "stake_pool"],
                _ => &["collateral", "price", "clock"],
            };
            parts.iter().map(move |part| format!("{other}.{part}"))
        });
        slots.extend(behind.map(Slot::behind));
        // What proves that the collateral put in can be judged.
        if self.name == "deposit:staked" {
            let life = ["life.clock", "life.stake_pool"];
            slots.extend(life.map(str::to_owned).map(Slot::behind));
        }
        // The expiries an estate is counted in, and series.
        let counted: &[&str] = match self.name.as_str() {
            "liquidate:estate" => &["estate.expiry"],
            "measure:estate" => &["estate.expiry", "counted.series"],
            _ => &[],
        };
        slots.extend(counted.iter().map(|name| Slot {
            writable: true,
            ..Slot::behind((*name).to_owned())
        }));
        slots
    }

    /// The signers as the world wants them.
    pub fn signers(&self) -> Vec<&Keypair> {
        self.signers.iter().collect()
    }
}

/// The stage's collaterals an instruction is shown, in its order.
fn shown(stage: &Stage, instruction: &Instruction) -> Vec<&'static str> {
    let metas = instruction.accounts.iter();
    // Read-only: one that is written is no part of what is shown.
    let keys = metas
        .filter(|meta| !meta.is_writable)
        .map(|meta| meta.pubkey);
    keys.filter_map(|key| {
        let mut named = stage.others.iter();
        named.find(|other| other.keys.collateral == key)
    })
    .map(|other| other.name)
    .collect()
}

/// Collects scenes along one story.
#[derive(Default)]
pub struct Album {
    scenes: Vec<Scene>,
}

impl Album {
    /// Every scene of the program.
    pub fn of_everything() -> Vec<Scene> {
        let mut album = Self::default();
        let mut twin = album.genesis();
        museum::furnish(&mut twin);
        album.trading(&mut twin);
        album.collaterals(&mut twin);
        album.liquidation(&mut twin);
        album.settlement(&mut twin);
        album.scenes
    }

    /// Keeps the present state with an instruction that lands in both markets.
    #[track_caller]
    fn shoot(
        &mut self,
        name: &str,
        twin: &Twin,
        signers: &[&str],
        build: impl Fn(&Stage) -> Instruction,
    ) {
        let mut twin = twin.clone();
        let instruction = build(&twin.stage);
        twin.swap();
        let other = build(&twin.stage);
        twin.swap();
        self.keep(name, &twin, signers, instruction, Some(other.clone()));
        let signers: Vec<_> = signers.iter().map(|name| key(name)).collect();
        let signers: Vec<_> = signers.iter().collect();
        expect_landed(twin.stage.world.send(&[other], &signers));
    }

    /// [`Album::shoot`] of an instruction about an expiry, with the same about the expiry beside it.
    #[track_caller]
    fn shoot_at(
        &mut self,
        name: &str,
        twin: &Twin,
        signers: &[&str],
        build: impl Fn(&Stage, i64) -> Instruction,
    ) {
        self.shoot(name, twin, signers, |stage| build(stage, twin.story_at));
        let beside = build(&twin.stage, twin.museum_at);
        let scene = self.scenes.last_mut().expect("the scene was just kept");
        scene.other_series = Some(beside);
    }

    /// Keeps the present state with an instruction that lands in the market under attack.
    #[track_caller]
    fn keep(
        &mut self,
        name: &str,
        twin: &Twin,
        signers: &[&str],
        instruction: Instruction,
        other: Option<Instruction>,
    ) {
        let signers = signers.iter().map(|name| key(name)).collect();
        let scene = Scene {
            name: name.to_owned(),
            stage: twin.stage.clone(),
            other,
            other_series: None,
            shown: shown(&twin.stage, &instruction),
            instruction,
            signers,
        };
        let mut fork = scene.stage.world.clone();
        match fork.send(std::slice::from_ref(&scene.instruction), &scene.signers()) {
            Ok(_) => self.scenes.push(scene),
            Err(failed) => panic!("the scene {name} does not land: {failed}"),
        }
    }
}
