//! The same seed gives the same run, to the byte of the report.

use backstop_simulator::report::deliver;

use super::{candles, play};

fn json(name: &str, more: &[&str]) -> String {
    let folder = std::env::temp_dir().join(format!("backstop-demo-{name}-{}", std::process::id()));
    let files = deliver(&play(more), &folder).expect("written");
    let text = std::fs::read_to_string(files.json).expect("readable");
    std::fs::remove_dir_all(folder).expect("removed");
    text
}

#[test]
fn equal_seeds_give_equal_reports_and_others_do_not() {
    let first = json("first", &["--seed", "3"]);
    assert!(
        first == json("second", &["--seed", "3"]),
        "the same seed, another report"
    );
    assert!(
        first != json("other", &["--seed", "4"]),
        "another seed, the same report"
    );
}

#[test]
fn candles_repeat_too() {
    let file = candles("sol-usdt-1m-2025-10-10.csv");
    let run = |name| json(name, &["--candles", &file, "--seed", "9"]);
    assert!(run("candles-one") == run("candles-two"));
}
