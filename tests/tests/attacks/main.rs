//! Attacks on the accounts of every instruction, generated from the committed interface description: wrong
//! owner, missing signer, wrong type, other market, other series, other address, one account twice, once more,
//! and lamports donated beforehand; on their arguments: every number at zero, at one and at its ends; and on the prices
//! they read: exponents that jump. What each attempt must come to stands in `expected.tsv`.

mod arguments;
mod books;
mod donations;
mod idl;
mod kinds;
mod matrix;
mod outcome;
mod revival;
mod scenes;
mod seeds;
mod table;
mod tables;
mod twin;

use backstop_testkit::Wire;
use idl::Idl;
use matrix::{Matrix, Table};
use scenes::Album;

#[test]
fn every_instruction_has_a_scene() {
    let idl = Idl::read();
    let scenes = Album::of_everything();
    let seen: Vec<_> = scenes
        .iter()
        .map(|scene| scene.instruction_name())
        .collect();
    let missing: Vec<_> = idl
        .instructions
        .keys()
        .filter(|name| !seen.contains(&name.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "instructions without a scene: {missing:?}"
    );
    for scene in &scenes {
        assert_eq!(
            scene.slots(&idl).len(),
            scene.instruction.accounts.len(),
            "slots of {}",
            scene.name
        );
    }
}

#[test]
fn every_substitution_comes_to_what_the_table_says() {
    let idl = Idl::read();
    let mut table = Table::new();
    for scene in Album::of_everything() {
        table.append(&mut Matrix::run(&scene, &idl));
    }
    table::assert_committed(&table);
}

/// The builders' transactions, each with its instruction alone: bytes of 1 232, accounts of 64. The testkit
/// refuses to send what is larger; with the most legs they are measured by `cargo xtask bench`.
#[test]
fn every_instruction_fits_a_transaction() {
    for scene in Album::of_everything() {
        let mut world = scene.stage.world.clone();
        let instruction = std::slice::from_ref(&scene.instruction);
        let landed = world
            .send(instruction, &scene.signers())
            .expect("scenes land");
        let Wire { bytes, accounts } = landed.wire;
        println!("{:<26} {bytes:>5} bytes {accounts:>3} accounts", scene.name);
        assert!(bytes <= 1_232 && accounts <= 64, "{}", scene.name);
    }
}
