//! The same waterfall on another chain: what a stage did is recorded and done again under
//! `solana-program-test`, with the same bytecode, and must end in the same accounts to the byte.

mod replay;
mod story;

use backstop_interface::accounts::AccountState;

#[test]
fn the_waterfall_ends_the_same_under_the_reference_runtime() {
    let story = story::recorded();
    let stage = &story.stage;
    let expiry = stage.expiry_of(&story.expiry);
    assert!(
        expiry.insured_atoms > 0 && expiry.recapitalised_atoms > 0 && expiry.haircut_ppb > 0,
        "all stages entered"
    );
    assert_eq!(
        stage
            .account_of("writer")
            .expect("the writer has an account")
            .state(),
        AccountState::Estate
    );

    let expected = stage.world.transplant();
    let ours: Vec<_> = expected
        .iter()
        .filter(|(address, _)| story.is_compared(address))
        .collect();
    assert!(
        ours.len() > 50,
        "{} accounts of the program and of token programs",
        ours.len()
    );
    let found = replay::replay(&story, ours.iter().map(|(address, _)| *address));
    for ((address, expected), found) in ours.iter().zip(found) {
        let name = stage.world.name(address);
        let found = found.unwrap_or_else(|| panic!("{name} does not exist on the other chain"));
        assert_eq!(found.owner, expected.owner, "owner of {name}");
        assert_eq!(found.lamports, expected.lamports, "lamports of {name}");
        assert_eq!(found.data, expected.data, "data of {name}");
    }
}
