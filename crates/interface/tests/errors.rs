//! Errors say what the interface description says of them, which Anchor's own macro wrote.

use backstop_interface::error::ERRORS;
use backstop_interface::BackstopError;
use serde_json::Value;

const IDL: &str = include_str!("../../../idls/backstop.json");

#[test]
fn names_and_texts_are_those_of_the_description() {
    let idl: Value = serde_json::from_str(IDL).expect("the committed description is JSON");
    let described: Vec<_> = idl["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|one| {
            let text = |field: &str| one[field].as_str().expect("text").to_owned();
            (
                one["code"].as_u64().expect("a number"),
                text("name"),
                text("msg"),
            )
        })
        .collect();
    let listed = ERRORS.iter().map(|(code, name, text)| {
        let words = (*name).to_owned();
        (u64::from(*code), words, (*text).to_owned())
    });
    let mut listed: Vec<_> = listed.collect();
    listed.sort();
    let mut sorted = described.clone();
    sorted.sort();
    assert_eq!(listed, sorted);
    let mut numbers: Vec<_> = listed.iter().map(|(code, ..)| *code).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), ERRORS.len(), "each number once");
}

#[test]
fn an_error_carries_number_name_and_text() {
    let error = BackstopError::PegOutOfBounds;
    assert_eq!(u32::from(error), 6785);
    assert_eq!(error.name(), "PegOutOfBounds");
    let carried = anchor_lang::error::Error::from(error);
    let anchor_lang::error::Error::AnchorError(carried) = carried else {
        panic!("an error of the program");
    };
    assert_eq!(carried.error_code_number, 6785);
    assert_eq!(carried.error_name, "PegOutOfBounds");
    assert_eq!(carried.error_msg, error.to_string());
    assert!(carried
        .error_msg
        .starts_with("the peg is outside its bounds"));
}
