//! S9: lamports given to an address beforehand neither stop its creation nor anything done to it later.

use std::collections::BTreeSet;

use backstop_testkit::pyth::RECEIVER_PROGRAM;
use backstop_testkit::World;
use solana_pubkey::Pubkey;

use crate::books;
use crate::idl::Idl;
use crate::kinds::{kind, Kind};
use crate::scenes::{Album, Scene};

/// Every address an instruction creates: somebody may have sent lamports there before.
const CREATED: [&str; 23] = [
    "add_collateral collateral",
    "add_collateral vault",
    "create_expiry claim_mint",
    "create_expiry escrow",
    "create_expiry expiry",
    "create_insurance_fund fund",
    "create_insurance_fund insurance_vault",
    "create_market market",
    "create_market vol_surface",
    "create_series exercises",
    "create_series option_mint",
    "create_series series",
    "create_shard shard",
    "initialize_protocol protocol",
    "initialize_protocol recapitalisation_mint",
    "initialize_protocol treasury",
    "liquidate auction",
    "open_account margin_account",
    "open_feed_clock clock",
    "place_offer offer",
    "request_exercise request",
    "request_fill request",
    "stake_insurance stake",
];

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
    let mut created = BTreeSet::new();
    for scene in Album::of_everything() {
        let ten_rents = 10 * scene.stage.world.rent(4_000);
        let targets = targets(&scene, &idl);
        let missing = targets.iter().filter(|(_, _, kind)| *kind == Kind::Missing);
        let name = scene.instruction_name();
        created.extend(missing.map(|(slot, _, _)| format!("{name} {slot}")));
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
    let created: Vec<_> = created.iter().map(String::as_str).collect();
    assert_eq!(created, CREATED, "addresses created in the scenes");
}
