//! The committed lock file is sound; a broken copy is found and mended.

use super::*;

const LOCK: &str = include_str!("../../Cargo.lock");

#[test]
fn the_committed_lock_file_is_sound() {
    let found = examine(LOCK).unwrap();
    assert_eq!(found.wrong_solana_program, None);
    assert!(
        found.text == LOCK,
        "five8 uses the wrong five8_core: run `cargo xtask repair-lock`"
    );
}

#[test]
fn a_wrong_five8_core_is_put_right() {
    let five8 = entry(LOCK, "five8", Some("1.0.0")).unwrap();
    let broken = LOCK.replacen(
        five8,
        &five8.replace("five8_core 1.0.0", "five8_core 0.1.2"),
        1,
    );
    assert!(broken != LOCK);
    assert!(examine(&broken).unwrap().text == LOCK);
    // five8 0.2.1 rightly uses 0.1.2 and stays as it is
    let older = entry(LOCK, "five8", Some("0.2.1")).unwrap();
    assert!(examine(&broken).unwrap().text.contains(older));
}

#[test]
fn a_wrong_solana_program_is_found_with_one_version_or_several() {
    let only = LOCK.replacen(
        "name = \"solana-program\"\nversion = \"2.3.0\"",
        "name = \"solana-program\"\nversion = \"5.1.0\"",
        1,
    );
    assert_eq!(
        examine(&only).unwrap().wrong_solana_program.as_deref(),
        Some("5.1.0")
    );
    let pyth = entry(LOCK, "pyth-sdk-solana", None).unwrap();
    let several = LOCK.replacen(
        pyth,
        &pyth.replace("\"solana-program\"", "\"solana-program 5.1.0\""),
        1,
    );
    assert_eq!(
        examine(&several).unwrap().wrong_solana_program.as_deref(),
        Some("5.1.0")
    );
}

#[test]
fn what_the_lock_file_lacks_is_named() {
    let said = |text: &str| examine(text).unwrap_err().to_string();
    assert_eq!(said(""), "Cargo.lock has no pyth-sdk-solana");
    let five8 = entry(LOCK, "five8", Some("1.0.0")).unwrap();
    let broken = LOCK.replacen(
        five8,
        &five8.replace("five8_core 1.0.0", "five8_core 0.1.2"),
        1,
    );
    let without = broken.replacen(
        "name = \"five8_core\"\nversion = \"1.0.0\"",
        "name = \"other\"\nversion = \"1.0.0\"",
        1,
    );
    assert!(said(&without).contains("no five8_core 1.0.0"));
}
