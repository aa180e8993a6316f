//! `Anchor.toml` names the program and the id the sources declare.

use std::{fs, path::Path};

fn read(relative: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(relative);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text between `before` and the next quotation mark.
fn quoted<'a>(text: &'a str, before: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in the file"));
    rest.split('"').next().unwrap()
}

#[test]
fn the_program_id_is_the_declared_one() {
    let declared = read("crates/interface/src/lib.rs");
    let declared = quoted(&declared, "declare_id!(\"");
    let anchor = read("Anchor.toml");
    assert_eq!(
        quoted(&anchor, "[programs.localnet]\nbackstop = \""),
        declared
    );
    assert!(
        (32..=44).contains(&declared.len()),
        "{declared} is no address"
    );
}

#[test]
fn the_framework_version_is_the_one_compiled() {
    let anchor = read("Anchor.toml");
    let version = quoted(&anchor, "anchor_version = \"");
    assert_eq!(
        quoted(&read("Cargo.toml"), "anchor-lang = { version = \"="),
        version
    );
}
