//! What breaks an interface and what does not.

use super::*;
use serde_json::json;

fn idl() -> Value {
    json!({
        "address": "B",
        "instructions": [{
            "name": "deposit", "discriminator": [1],
            "accounts": [{"name": "owner", "signer": true, "docs": ["who"]}],
            "args": [{"name": "amount", "type": "u64"}],
        }],
        "accounts": [{"name": "Vault", "discriminator": [2]}],
        "events": [{"name": "Paid", "discriminator": [3]}],
        "errors": [{"code": 6000, "name": "Broke", "msg": "no money"}],
        "types": [{"name": "Vault", "type": {"kind": "struct", "fields": [
            {"name": "version", "type": "u8"},
            {"name": "atoms", "type": "u64"},
            {"name": "reserved", "type": {"array": ["u8", 64]}},
        ]}}],
    })
}

#[test]
fn more_is_no_break() {
    let mut new = idl();
    for part in ["instructions", "accounts", "events", "errors", "types"] {
        let mut one = new[part][0].clone();
        one["name"] = json!("Another");
        new[part].as_array_mut().expect("a list").push(one);
    }
    new["instructions"][0]["accounts"][0]["docs"] = json!(["whose"]);
    new["errors"][0]["msg"] = json!("not enough money");
    assert_eq!(broken(&idl(), &new), Vec::<String>::new());
}

#[test]
fn a_field_out_of_the_reserve_is_no_break() {
    let mut new = idl();
    new["types"][0]["type"]["fields"] = json!([
        {"name": "version", "type": "u8"},
        {"name": "atoms", "type": "u64"},
        {"name": "owner", "type": "pubkey"},
        {"name": "counts", "type": {"array": ["u16", 4]}},
        {"name": "reserved", "type": {"array": ["u8", 24]}},
    ]);
    assert_eq!(broken(&idl(), &new), Vec::<String>::new());
    new["types"][0]["type"]["fields"][4]["type"]["array"][1] = json!(32);
    assert_eq!(
        broken(&idl(), &new),
        ["type Vault: owner stands where reserved was"]
    );
}

#[test]
fn every_change_of_what_was_there_is_named() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 10] = [
        ("the address of the program changed", |idl| {
            idl["address"] = json!("C")
        }),
        ("instruction deposit is gone", |idl| {
            idl["instructions"] = json!([])
        }),
        ("instruction deposit: accounts changed", |idl| {
            idl["instructions"][0]["accounts"][0]["signer"] = json!(false)
        }),
        ("instruction deposit: args changed", |idl| {
            idl["instructions"][0]["args"][0]["type"] = json!("u32")
        }),
        ("account Vault: its discriminator changed", |idl| {
            idl["accounts"][0]["discriminator"] = json!([9])
        }),
        ("event Paid is gone", |idl| idl["events"] = json!([])),
        ("error Broke: 6000 became 6001", |idl| {
            idl["errors"][0]["code"] = json!(6001)
        }),
        ("type Vault: field atoms changed", |idl| {
            idl["types"][0]["type"]["fields"][1]["type"] = json!("u32")
        }),
        ("type Vault: atoms stands where version was", |idl| {
            let fields = idl["types"][0]["type"]["fields"]
                .as_array_mut()
                .expect("fields");
            fields.swap(0, 1);
        }),
        ("type Vault: field reserved is gone", |idl| {
            let fields = idl["types"][0]["type"]["fields"]
                .as_array_mut()
                .expect("fields");
            fields.truncate(2);
        }),
    ];
    for (said, change) in changes {
        let mut new = idl();
        change(&mut new);
        assert_eq!(broken(&idl(), &new), [said]);
    }
}
