//! No clause without a mutant.

/// The rules are the strings in the checker's sources that begin with the number of one.
#[test]
fn every_clause_is_named_by_a_mutant() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let read = |folder: &str| {
        let files = std::fs::read_dir(format!("{root}/{folder}")).expect("the folder exists");
        let text = |file: std::fs::DirEntry| std::fs::read_to_string(file.path());
        files.map(move |file| text(file.expect("an entry")).expect("text"))
    };
    let sources: Vec<_> = read("crates/testkit/src/invariants").collect();
    let mut mutants: String = read("tests/tests/invariants/mutants").collect();
    let mut clauses = std::collections::BTreeSet::new();
    for source in &sources {
        // Rules about a valuation have their mutants beside them, in the tests of the same file.
        let (code, tests) = source.split_once("#[test]").unwrap_or((source, ""));
        mutants.push_str(tests);
        clauses.extend(
            code.split('"')
                .filter(|text| is_rule(text))
                .map(str::to_owned),
        );
    }
    assert!(clauses.len() > 60, "{clauses:?}");
    let named = |clause: &&String| mutants.contains(&format!("\"{clause}\""));
    let missing: Vec<_> = clauses.iter().filter(|clause| !named(clause)).collect();
    assert!(missing.is_empty(), "rules without a mutant: {missing:?}");
}

/// `I` and a number, and words after it.
fn is_rule(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next() == Some('I')
        && letters.next().is_some_and(|c| c.is_ascii_digit())
        && text.contains(' ')
}
