//! Fake metadata that breaks each rule in turn.

use super::*;
use serde_json::json;

/// Metadata in which every room exists and `name` has one dependency of the given kind.
fn metadata(name: &str, dependency: &str, kind: Value) -> Value {
    let packages: Vec<Value> = ROOMS
        .iter()
        .map(|room| {
            let dependencies = if room.name == name {
                json!([{"name": dependency, "kind": kind}])
            } else {
                json!([])
            };
            json!({"name": room.name, "dependencies": dependencies})
        })
        .collect();
    json!({ "packages": packages })
}

fn broken(name: &str, dependency: &str, kind: Value) -> Vec<String> {
    breaches(&metadata(name, dependency, kind)).unwrap()
}

#[test]
fn allowed_imports_pass_also_through_other_rooms() {
    for (name, import) in [
        ("backstop-risk", "backstop-quantities"),
        ("backstop-interface", "backstop-quantities"),
        ("backstop", "backstop-risk"),
        ("backstop-simulator", "backstop-testkit"),
        ("backstop-tests", "backstop-simulator"),
        ("backstop-interface", "bytemuck"),
        ("backstop", "anchor-spl"),
        ("backstop-cli", "backstop-risk"),
        ("xtask", "clap"),
    ] {
        assert_eq!(
            broken(name, import, Value::Null),
            Vec::<String>::new(),
            "{name} {import}"
        );
    }
    assert!(broken("backstop-risk", "proptest", json!("dev")).is_empty());
}

#[test]
fn a_room_may_not_import_upwards_or_sideways() {
    for (name, import) in [
        ("backstop-quantities", "backstop-risk"),
        ("backstop-risk", "backstop-interface"),
        ("backstop-interface", "backstop-client"),
        ("backstop-client", "backstop-testkit"),
        ("backstop-testkit", "backstop-simulator"),
        ("backstop", "backstop-client"),
        ("xtask", "backstop-interface"),
    ] {
        for kind in [Value::Null, json!("dev"), json!("build")] {
            let found = broken(name, import, kind);
            assert_eq!(found.len(), 1, "{name} {import}");
            assert!(
                found[0].starts_with(&format!("{name} imports {import}, it may import ")),
                "{found:?}"
            );
        }
    }
}

#[test]
fn nobody_imports_the_program() {
    for room in ROOMS.iter().filter(|room| room.name != PROGRAM) {
        let found = broken(room.name, PROGRAM, json!("dev"));
        assert_eq!(
            found,
            [format!(
                "{} imports the program crate: nobody may, tests load its bytes",
                room.name
            )]
        );
    }
}

#[test]
fn the_pure_rooms_and_the_interface_are_closed_to_other_crates() {
    for name in ["backstop-quantities", "backstop-risk"] {
        for kind in [Value::Null, json!("build")] {
            let found = broken(name, "libm", kind);
            assert_eq!(
                found,
                [format!(
                    "{name} depends on libm, outside the workspace it may use nothing"
                )]
            );
        }
    }
    let found = broken("backstop-interface", "anchor-spl", Value::Null);
    assert!(
        found[0].contains(
            "it may use anchor-lang, bytemuck, pyth-sdk-solana, pyth-solana-receiver-sdk"
        ),
        "{found:?}"
    );
}

#[test]
fn a_crate_that_is_no_room_is_named() {
    let metadata = json!({"packages": [{"name": "helpers", "dependencies": []}]});
    assert!(breaches(&metadata).unwrap()[0].starts_with("helpers is no room"));
    assert!(breaches(&json!({})).is_err());
}
