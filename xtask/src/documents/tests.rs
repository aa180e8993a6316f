//! Each thing that can rot, rotten.

use super::{check, Repository};
use crate::project::Project;

const SOURCE: &str = "
    #[test]
    fn it_pays() {}

    /// Why.
    #[test]
    // Another.
    #[should_panic]
    fn it_refuses() {}

    fn helper_of_tests() { Amount::default().held_atoms }
";

const CONSTANTS: &str = "
    pub const DAY_SECONDS: i64 = 24 * 3_600;
    const YEAR_SECONDS: i64 = DAY_SECONDS * 365;
";

fn repository(specification: &str) -> Repository {
    let mut all = Repository::default();
    all.add_source("tests/tests/pay.rs", SOURCE);
    all.add_source("crates/risk/src/time.rs", CONSTANTS);
    all.add_path("idls/backstop.json");
    all.add_document("docs/other.md", "# A title, `with` Marks\n".to_owned());
    all.add_document("docs/spec.md", specification.to_owned());
    all
}

fn assert_fits(specification: &str) {
    let none: Vec<String> = Vec::new();
    assert_eq!(repository(specification).problems(), none);
}

fn assert_found(specification: &str, problems: &[&str]) {
    let expected: Vec<String> = problems
        .iter()
        .map(|what| format!("docs/spec.md:{what}"))
        .collect();
    assert_eq!(repository(specification).problems(), expected);
}

#[test]
fn what_is_there_is_no_problem() {
    assert_fits(
        "[a](other.md), [b](other.md#a-title-with-marks), [c](../idls/), [d](https://e.f/g)",
    );
    assert_fits("`docs/other.md`, `other.md`, `tests/pay.rs`, `tests/`, `target/x/y.so`");
    assert_fits("`it_pays()`, `Amount::held_atoms`, `it_re*`, `it_`, `_atoms`, `t_i`, `/etc/apt`, `plain`, `1/2`, `S/K`, `Amount`");
    assert_fits("```\n[a](gone.md) `gone_from_here`\n```\n");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    assert_found(
        "x\n[a](gone.md) [b](other.md#gone) [c](../gone/)",
        &[
            "2: the link to gone.md leads nowhere",
            "2: docs/other.md has no heading #gone",
            "2: the link to ../gone/ leads nowhere",
        ],
    );
}

#[test]
fn a_name_nobody_knows_is_found() {
    assert_found(
        "`docs/gone.md`\n`gone.rs` `pays_it` `Amount::gone` `it_goes_*` `GoneError`",
        &[
            "1: there is no path `docs/gone.md`",
            "2: there is no path `gone.rs`",
            "2: no source knows `pays_it`",
            "2: no source knows `Amount::gone`",
            "2: no source knows `it_goes_*`",
            "2: no source knows `GoneError`",
        ],
    );
}

#[test]
fn rules_with_tests_are_no_problem() {
    assert_fits(
        "1. It MUST pay\n   and MUST not do else.\n2. No more.\n\n| rule | tests |\n|---|---|\n\
         | 1 | `it_pays` |\n| 2 | `pay::it_refuses`, `it_pays` |\n| A1 | it MUST | `it_pays` |\n",
    );
}

#[test]
fn a_rule_without_a_test_is_found() {
    assert_found(
        "1. It MUST pay.\n2. So be it.\n2. Twice.\n\nIt MUST be so.\n\n| 1 | `helper_of_tests` |\n| A1 | it MUST | nobody |\n\
         | A1 | it MUST | `other::it_pays` |\n",
        &[
            "3: there are two rules 2",
            "5: a MUST without a number",
            "7: rule 1: there is no test `helper_of_tests`",
            "8: rule A1 names no test",
            "9: there are two rows A1",
            "9: rule A1: there is no test `other::it_pays`",
            "3: rule 2 names no test",
        ],
    );
}

#[test]
fn a_constant_of_another_value_is_found() {
    assert_fits("| `DAY_SECONDS` | seconds | 86 400 | why |\n| `YEAR_SECONDS` | seconds | 31 536 000 | why |");
    assert_found(
        "| `DAY_SECONDS` | seconds | 86 401 | why |\n| `NIGHT_SECONDS` | seconds | 0 | why |",
        &[
            "2: no source knows `NIGHT_SECONDS`",
            "1: DAY_SECONDS is 86400",
            "2: no source gives NIGHT_SECONDS a number",
        ],
    );
}

#[test]
fn a_constant_of_two_values_is_refused_and_tools_and_tests_are_not_asked() {
    let row = "| `DAY_SECONDS` | seconds | 86 400 | why |\n";
    let found = |path: &str, value: &str| {
        let mut all = repository(row);
        all.add_source(path, &format!("const DAY_SECONDS: u64 = {value};"));
        let constants = |one: &String| one.contains("DAY_SECONDS");
        all.problems()
            .into_iter()
            .filter(constants)
            .collect::<Vec<_>>()
    };
    let several = ["docs/spec.md:1: sources give DAY_SECONDS several values"];
    assert_eq!(found("programs/one/src/day.rs", "7"), several);
    assert_eq!(found("programs/one/src/day.rs", "86_400"), [""; 0]);
    for apart in [
        "app/simulator/src/day.rs",
        "crates/testkit/src/day.rs",
        "crates/risk/tests/day.rs",
    ] {
        assert_eq!(found(apart, "7"), [""; 0], "{apart}");
    }
}

#[test]
fn an_error_of_another_number_is_found() {
    let mut all = repository(
        "`Broke` (6000), `Broke`\n(6001), `Broke` (all of it), (`Broke`, 6002), `Other` (6000)\n",
    );
    all.errors.insert("Broke".to_owned(), 6000);
    assert_eq!(
        all.problems(),
        [
            "docs/spec.md:1: Broke is 6000",
            "docs/spec.md:2: Broke is 6000"
        ]
    );
}

#[test]
fn an_instruction_without_a_rule_and_an_error_without_a_name_are_found() {
    let mut all = repository("| A1 | `deposit` MUST credit | `it_pays` |\n`withdraw`\n");
    all.errors.insert("Withdrawn".to_owned(), 6000);
    all.instructions = vec!["deposit".to_owned(), "withdraw".to_owned()];
    assert_eq!(
        all.problems(),
        [
            "docs/spec.md:2: no numbered row speaks of `withdraw`",
            "docs/spec.md:2: the error `Withdrawn` is not named",
        ]
    );
}

#[test]
fn the_documents_of_this_checkout_fit_it() {
    let project = Project::find().expect("a checkout");
    if let Err(error) = check(&project) {
        panic!("{error}");
    }
}
