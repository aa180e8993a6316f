//! S9: lamports given to an address beforehand neither stop its creation nor anything done to it later.

use backstop_testkit::pyth::RECEIVER_PROGRAM;
use backstop_testkit::World;
use solana_pubkey::Pubkey;

use crate::books;
use crate::idl::Idl;
use crate::kinds::{kind, Kind};
use crate::scenes::{Album, Scene};

/// Written slots that hold no wallet: what a donation could disturb.
fn targets(scene: &Scene, idl: &Idl) -> Vec<(String, Pubkey, Kind)> {
    let slots = idl.instructions[scene.instruction_name()]
        .iter()
        .zip(&scene.instruction.accounts);
    let world = &scene.stage.world;
    slots
        .filter(|(slot, meta)| slot.writable && meta.pubkey != world.program_id())
        .map(|(slot, meta)| {
            (
                slot.name.clone(),
                meta.pubkey,
                kind(world, idl, &meta.pubkey),
            )
        })
        .filter(|(_, _, kind)| !matches!(kind, Kind::Wallet | Kind::Program))
        .filter(|(_, _, kind)| *kind != Kind::Foreign(RECEIVER_PROGRAM))
        .collect()
}

fn land(scene: &Scene, world: &mut World, what: &str) {
    let before = world.clone();
    let result = world.send(std::slice::from_ref(&scene.instruction), &scene.signers());
    if let Err(failed) = result {
        panic!("{} with {what}: {failed}", scene.name);
    }
    books::assert_kept(&before, world, what);
}

#[test]
fn donated_lamports_stop_nothing() {
    let idl = Idl::read();
    let mut created = 0;
    for scene in Album::of_everything() {
        let ten_rents = 10 * scene.stage.world.rent(4_000);
        let targets = targets(&scene, &idl);
        created += targets
            .iter()
            .filter(|(_, _, kind)| *kind == Kind::Missing)
            .count();
        for lamports in [1, ten_rents] {
            let mut all = scene.stage.world.clone();
            for (slot, address, _) in &targets {
                let mut one = scene.stage.world.clone();
                one.airdrop(address, lamports);
                land(&scene, &mut one, &format!("{lamports} lamports at {slot}"));
                all.airdrop(address, lamports);
            }
            land(&scene, &mut all, &format!("{lamports} lamports everywhere"));
        }
    }
    // Protocol, mint and treasury; market and surface; collateral and vault twice; shard; fund and vault; clock;
    // margin account; stake; expiry, escrow and claim mint; series and option mint; offer; request; auction.
    assert_eq!(created, 23, "created addresses in the scenes");
}
