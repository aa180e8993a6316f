use super::*;

const TEXT: &str = "//! Groups.\n//! - a full table: LegFull,\n//!   ExpiryFull.\n\n    /// Trades.\n    ///\n    /// Errors: OffLot, Gone, a full table.\n    pub fn fill(x: u8)\n\n    /// Errors: none.\n    pub fn tick()\n";

fn errors(list: &[(&str, &str)]) -> Errors {
    let mut all = Errors::new();
    for (instruction, name) in list {
        let names: &mut BTreeSet<String> = all.entry((*instruction).to_owned()).or_default();
        names.insert((*name).to_owned());
    }
    all
}

fn problems(asked: &[(&str, &str)], substituted: &[(&str, &str)]) -> Vec<String> {
    let all = ["OffLot", "Gone", "LegFull", "ExpiryFull", "Other"].map(str::to_owned);
    Docs::of(TEXT).problems(&errors(asked), &errors(substituted), all.iter())
}

#[test]
fn what_is_named_and_seen_alike_is_no_problem() {
    let asked = [("fill", "OffLot"), ("fill", "ExpiryFull")];
    assert_eq!(problems(&asked, &[("fill", "Gone")]), [""; 0]);
}

#[test]
fn what_is_seen_and_not_named_or_named_and_not_seen_is_told() {
    let asked = [("fill", "OffLot"), ("fill", "Other"), ("tick", "LegFull")];
    let found = problems(&asked, &[("fill", "Other"), ("tick", "Gone")]);
    let expected = [
        "fill refuses by Other, its doc does not say so",
        "fill names Gone, which no test sees it refuse by",
        "tick refuses by LegFull, its doc does not say so",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_the_specification_says_and_the_doc_does_not_is_told() {
    let docs = Docs::of(TEXT);
    let all = ["OffLot", "LegFull", "Other"].map(str::to_owned);
    let row = |own| format!("| `fill` | anyone | trades | {own} |");
    assert_eq!(
        docs.unsaid(&row("OffLot, LegFull, prices"), all.iter()),
        [""; 0]
    );
    assert_eq!(
        docs.unsaid(&row("Other"), all.iter()),
        ["fill: docs/spec.md names it, its doc does not: Other"]
    );
}

#[test]
fn what_is_no_error_is_told() {
    let text = TEXT.replace("Gone,", "Gnoe,").replace("ExpiryFull", "Full");
    let all = ["OffLot", "LegFull"].map(str::to_owned);
    let found =
        Docs::of(&text).problems(&errors(&[("fill", "OffLot")]), &Errors::new(), all.iter());
    let expected = [
        "fill names `Gnoe`, which is no error and no group",
        "a full table has Full, which is no error",
    ];
    assert_eq!(found, expected);
}

#[test]
fn numbers_of_other_programs_are_left_out() {
    let numbers = BTreeMap::from([(6304, "OffLot".to_owned())]);
    let seen = refusals("fill 6304\nfill 2006\nnothing\n", &numbers);
    assert_eq!(seen, errors(&[("fill", "OffLot")]));
}
