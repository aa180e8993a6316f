//! S9: lamports given to an address beforehand neither stop its creation nor anything done to it later.

use std::collections::BTreeSet;
use std::path::Path;

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

/// Lamports found at an address before something is created there: dust, short of its rent by one, its rent to the
/// lamport, one more, far more.
fn found_at(scene: &Scene, address: &Pubkey) -> Vec<u64> {
    let mut world = scene.stage.world.clone();
    land(scene, &mut world, "nothing");
    let bytes = world.account(address).map_or(0, |made| made.data.len());
    let rent = world.rent(bytes);
    vec![1, rent - 1, rent, rent + 1, 10 * rent]
}

#[test]
fn donated_lamports_stop_nothing() {
    let idl = Idl::read();
    let mut created = BTreeSet::new();
    for scene in Album::of_everything() {
        let targets = targets(&scene, &idl);
        let name = scene.instruction_name();
        let mut all = scene.stage.world.clone();
        for (slot, address, kind) in &targets {
            let donated = match kind {
                Kind::Missing => {
                    created.insert(format!("{name} {slot}"));
                    found_at(&scene, address)
                }
                _ => vec![1, 10 * scene.stage.world.rent(4_000)],
            };
            for lamports in &donated {
                let mut one = scene.stage.world.clone();
                one.airdrop(address, *lamports);
                land(&scene, &mut one, &format!("{lamports} lamports at {slot}"));
            }
            all.airdrop(address, donated[1]);
        }
        land(&scene, &mut all, "lamports everywhere");
    }
    let created: Vec<_> = created.iter().map(String::as_str).collect();
    assert_eq!(created, CREATED, "addresses created in the scenes");
}

/// Names of the accounts a source file of an instruction marks as created.
fn marked(source: &str) -> Vec<String> {
    let mut lines = source.lines();
    let mut found = Vec::new();
    while lines.any(|line| {
        let line = line.trim_start().trim_start_matches("#[account(");
        line.starts_with("init,") || line.starts_with("init_if_needed,")
    }) {
        let field = lines.find_map(|line| line.trim_start().strip_prefix("pub "));
        let (name, _) = field
            .and_then(|field| field.split_once(':'))
            .expect("a field");
        found.push(name.to_owned());
    }
    found
}

/// Instruction and account of every account the sources create.
fn marked_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            marked_below(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("text");
        let file = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name");
        let instruction = match file {
            "stake" => "stake_insurance",
            named => named,
        };
        let created = marked(&source).into_iter();
        found.extend(created.map(|name| format!("{instruction} {name}")));
    }
}

/// What the program's sources mark as created is created in a scene, so that lamports lie there beforehand.
#[test]
fn every_account_the_sources_create_is_in_the_table() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/backstop/src");
    let mut found = BTreeSet::new();
    marked_below(&sources, &mut found);
    // The option mint alone is made by hand: name and metadata go with it.
    found.insert("create_series option_mint".to_owned());
    let found: Vec<_> = found.iter().map(String::as_str).collect();
    assert_eq!(found, CREATED, "accounts the sources create");
}
