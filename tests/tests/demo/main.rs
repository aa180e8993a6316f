//! The demo on the real bytecode: what a replay enters, what it leaves alone, that it repeats, that its books close.

mod books;
mod own;
mod repeat;
mod stages;

use std::path::PathBuf;

use backstop_simulator::chain::{replay, Progress};
use backstop_simulator::cli::Args;
use backstop_simulator::input::{prepare, Input};
use backstop_simulator::report::{Recording, Stage};

/// Input from pairs of arguments as the command line takes them.
fn input(more: &[&str]) -> Input {
    let value = |flag: &str| {
        more.chunks(2)
            .find(|pair| pair[0] == flag)
            .map(|pair| pair[1].to_owned())
    };
    let args = Args {
        program: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/deploy/backstop.so"),
        candles: value("--candles").map(PathBuf::from),
        scenario: value("--scenario"),
        seed: value("--seed").map_or(1, |seed| seed.parse().expect("a number")),
        out: PathBuf::new(),
        quiet: true,
        list_scenarios: false,
    };
    prepare(&args).unwrap_or_else(|error| panic!("{error}"))
}

/// A replay that runs to its end.
fn play(more: &[&str]) -> Recording {
    replay(&input(more), Progress::Silent).unwrap_or_else(|error| panic!("{more:?}: {error:#}"))
}

/// A candle file of the simulator's own tests.
fn candles(name: &str) -> String {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../app/simulator/tests/data");
    data.join(name).display().to_string()
}

/// Asserts that no rule was broken, no atom is missing and no actor misjudged what the program would accept.
#[track_caller]
fn assert_books_close(recording: &Recording) {
    assert_eq!(recording.violation, None);
    let settlement = recording.settlement.as_ref().expect("the books were kept");
    assert_eq!(settlement.discrepancies(), Vec::<String>::new());
    assert_eq!(
        recording.meta.refused_count, 0,
        "an outsider can tell beforehand what is refused"
    );
}

/// Events of a stage by their short name.
fn told(recording: &Recording, stage: Stage) -> Vec<&str> {
    let of_stage = recording
        .timeline
        .iter()
        .filter(|event| event.stage == stage);
    of_stage.map(|event| event.what.as_str()).collect()
}
