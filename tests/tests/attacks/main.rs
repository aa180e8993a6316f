//! Attacks on the accounts of every instruction, generated from the committed interface description: wrong
//! owner, missing signer, wrong type, other market, other address, one account twice, once more, and lamports
//! donated beforehand. What each attempt must come to stands in `expected.tsv`.

mod idl;
mod scenes;
mod twin;

use idl::Idl;
use scenes::Album;

#[test]
fn every_instruction_has_a_scene() {
    let idl = Idl::read();
    let scenes = Album::of_everything();
    let seen: Vec<_> = scenes.iter().map(|scene| scene.instruction_name()).collect();
    let missing: Vec<_> = idl.instructions.keys().filter(|name| !seen.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "instructions without a scene: {missing:?}");
    for scene in &scenes {
        let slots = idl.instructions.get(scene.instruction_name()).map(Vec::len);
        assert_eq!(slots, Some(scene.instruction.accounts.len()), "slots of {}", scene.name);
    }
}
