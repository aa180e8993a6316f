//! Random actors on the real bytecode: whatever they do, in whatever order, the rules hold after every
//! instruction. Fixed seeds make the run repeatable; one more seed is fresh each time and
//! printed.

mod action;
mod bearer;
mod exercise;
mod expire;
mod listing;
mod opening;
mod orders;
mod others;
mod play;
mod requests;
mod shrink;
mod stress;
mod table;
mod trade;
mod wind_down;

use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use action::{generate, Action};
use backstop_testkit::invariants::Violation;
use play::Play;
use table::{Table, SITUATIONS};

/// Actions of one run.
const ACTIONS: usize = 500;
/// Seeds of every run.
const SEEDS: u64 = 32;
/// Seeds played at once.
const THREADS: usize = 2;

/// Instructions nobody plays, each with the reason. All others of the committed description must land.
const NOT_PLAYED: [(&str, &str); 0] = [];

/// Names of the instructions that must land.
fn instructions() -> Vec<String> {
    let idl = include_str!("../../../../idls/backstop.json");
    let idl: serde_json::Value = serde_json::from_str(idl).expect("the description is JSON");
    let all = idl["instructions"].as_array().expect("a list").iter();
    let names = all.map(|one| one["name"].as_str().expect("a name").to_owned());
    let played = |name: &String| NOT_PLAYED.iter().all(|(one, _)| one != name);
    names.filter(played).collect()
}

/// A run that broke a rule.
#[derive(Debug)]
pub struct Stopped {
    /// Number of the action during which it broke; the number of actions if they were being wound down.
    pub at: usize,
    /// The rule.
    pub violation: Violation,
}

/// What the environment variable says, if it is set.
fn asked(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
    )
}

/// Performs the actions in order, then winds the market down. A panic on the way is a rule broken too.
fn run(opening: &Play, actions: &[Action]) -> Result<Table, Stopped> {
    let mut at = 0;
    let whole = AssertUnwindSafe(|| {
        let mut play = opening.clone();
        for action in actions {
            play.perform(action)?;
            at += 1;
        }
        play.wind_down()?;
        Ok(play.table)
    });
    let outcome = catch_unwind(whole).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
        Err(Violation {
            invariant: "no panic",
            detail: text.unwrap_or_default(),
        })
    });
    outcome.map_err(|violation| Stopped { at, violation })
}

/// Runs a seed, or says what it broke and with which actions it can be seen again.
fn run_seed(opening: &Play, seed: u64) -> Table {
    let actions = generate(seed, ACTIONS);
    run(opening, &actions).unwrap_or_else(|stopped| {
        let violation = &stopped.violation;
        println!("seed {seed}, action {}: {violation}", stopped.at);
        let shortest = shrink::shrink(opening, actions, &stopped);
        let path = shrink::keep(seed, &shortest);
        panic!(
            "seed {seed}: {violation}\n{} actions are left; to see it again:\n  {}={} cargo test -p backstop-tests --test invariants replay",
            shortest.len(),
            shrink::REPLAY,
            path.display()
        )
    })
}

/// Without a file to replay it replays what a seed does, to show that a list read back does the same.
#[test]
fn a_replay_does_what_was_done() {
    let opening = Play::opening();
    let Ok(path) = std::env::var(shrink::REPLAY) else {
        let actions = generate(1, 60);
        let text = std::fs::read_to_string(shrink::keep(1, &actions)).expect("just written");
        let (first, second) = (run(&opening, &actions), run(&opening, &shrink::read(&text)));
        let texts =
            [first, second].map(|one| one.map(|table| table.text()).expect("no rule breaks"));
        assert_eq!(texts[0], texts[1]);
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the file can be read");
    let actions = shrink::read(&text);
    if let Err(stopped) = run(&opening, &actions) {
        let action = actions.get(stopped.at);
        panic!("action {} ({action:?}): {}", stopped.at, stopped.violation);
    }
}

/// Plays the seeds below `count` on [`THREADS`] threads. With `whole` each begins with a genesis of its own, which
/// then counts as often as it is run.
fn play_all(count: u64, whole: bool) -> Table {
    let next = AtomicU64::new(0);
    let play = || {
        let mut table = Table::default();
        let mut opening = Play::opening();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= count {
                return table;
            }
            if whole {
                opening = Play::opening();
            }
            table.add(&run_seed(&opening, seed));
            if seed.is_multiple_of(20) {
                println!("seed {seed} done");
            }
        }
    };
    let mut table = Table::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(play)).collect();
        for thread in threads {
            match thread.join() {
                Ok(played) => table.add(&played),
                Err(panic) => resume_unwind(panic),
            }
        }
    });
    table
}

/// What the seeds must have come to.
fn judge(table: &mut Table, least_landed: u64, least_each: u64) {
    let (attempted, landed) = table.totals();
    assert!(
        2 * landed >= attempted,
        "only {landed} of {attempted} instructions landed"
    );
    assert!(landed >= least_landed, "only {landed} instructions landed");
    for name in instructions() {
        let count = table.of(&name).landed;
        assert!(count >= least_each, "{name} landed {count} times");
    }
    for (situation, _) in SITUATIONS {
        assert!(table.got_into(situation), "no run got into {situation}");
    }
}

/// A fixed part of the seeds, and fresh ones: one, or as many as `BACKSTOP_FRESH_SEEDS` says. With
/// `BACKSTOP_SOAK_SEEDS` that many of the fixed ones, which must then land 50 000 instructions beside the
/// ticks, and each instruction 200 times: `cargo xtask soak`.
#[test]
fn the_rules_hold_whatever_random_actors_do() {
    let soak = asked("BACKSTOP_SOAK_SEEDS");
    let mut table = play_all(soak.unwrap_or(SEEDS), soak.is_some());
    println!("{}", table.text());
    match soak {
        Some(_) => judge(&mut table, 50_000, 200),
        None => judge(&mut table, 1, 1),
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let fresh = now.expect("a clock after 1970").as_nanos() as u64;
    let opening = Play::opening();
    for seed in fresh..fresh + asked("BACKSTOP_FRESH_SEEDS").unwrap_or(1) {
        println!("fresh seed {seed}");
        run_seed(&opening, seed);
    }
}
