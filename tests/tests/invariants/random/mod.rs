//! Random actors on the real bytecode: whatever they do, in whatever order, the rules hold after every
//! instruction. Fixed seeds make the run repeatable; one more seed is fresh each time and
//! printed.

mod action;
mod bearer;
mod cash;
mod exercise;
mod expire;
mod listing;
mod opening;
mod orders;
mod others;
mod play;
mod prices;
mod requests;
mod rights;
mod scenes;
mod shrink;
mod stress;
mod table;
mod trade;
mod weights;
mod wind_down;

use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use action::Action;
use backstop_testkit::invariants::Violation;
use opening::{market_of, MARKETS};
use play::Play;
use table::{Table, OCCASIONS, SITUATIONS};
use weights::generate;

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
    let Ok(path) = std::env::var(shrink::REPLAY) else {
        let actions = generate(1, 60);
        let text = std::fs::read_to_string(shrink::keep(1, &actions)).expect("just written");
        let (market, read) = shrink::read(&text);
        assert_eq!(market, market_of(1));
        let opening = Play::opening(market);
        let (first, second) = (run(&opening, &actions), run(&opening, &read));
        let texts = [first, second].map(|one| {
            one.map(|mut table| table.text(&[]))
                .expect("no rule breaks")
        });
        assert_eq!(texts[0], texts[1]);
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the file can be read");
    let (market, actions) = shrink::read(&text);
    if let Err(stopped) = run(&Play::opening(market), &actions) {
        let action = actions.get(stopped.at);
        panic!("action {} ({action:?}): {}", stopped.at, stopped.violation);
    }
}

/// Where runs begin: one of each market, or with `whole` a genesis of its own for each run, which then counts as
/// often as it is run.
struct Openings {
    whole: bool,
    known: [Option<Play>; MARKETS],
}

impl Openings {
    fn new(whole: bool) -> Self {
        let known = [const { None }; MARKETS];
        Self { whole, known }
    }

    fn of(&mut self, seed: u64) -> &Play {
        let market = market_of(seed);
        let known = &mut self.known[market as usize];
        if self.whole {
            *known = None;
        }
        known.get_or_insert_with(|| Play::opening(market))
    }
}

/// Plays `count` seeds from `first` on [`THREADS`] threads, each with a genesis of its own if `whole`.
fn play_all(first: u64, count: u64, whole: bool) -> Table {
    let next = AtomicU64::new(0);
    let play = || {
        let mut table = Table::default();
        let mut openings = Openings::new(whole);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return table;
            }
            let seed = first.wrapping_add(number);
            table.add(&run_seed(openings.of(seed), seed));
            if number.is_multiple_of(20) {
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

/// What the seeds must have come to: so many landed in all, so many of each instruction, so many of each occasion.
fn judge(table: &mut Table, least: [u64; 3]) {
    let (attempted, landed) = table.totals();
    let [least_landed, least_each, least_met] = least;
    assert!(
        2 * landed >= attempted,
        "only {landed} of {attempted} instructions landed"
    );
    assert!(landed >= least_landed, "only {landed} instructions landed");
    let counts = instructions().into_iter().map(|name| {
        let count = table.of(&name).landed;
        (count, name)
    });
    let few: Vec<_> = counts.filter(|(count, _)| *count < least_each).collect();
    assert!(
        few.is_empty(),
        "landed fewer than {least_each} times: {few:?}"
    );
    for (situation, _) in SITUATIONS {
        assert!(table.got_into(situation) > 0, "no run got into {situation}");
    }
    for (occasion, ..) in OCCASIONS {
        let met = table.got_into(occasion);
        assert!(met >= least_met, "{occasion} was met {met} times");
    }
}

/// Fixed seeds, which must land every instruction and meet every situation, and fresh ones, which must break no rule:
/// one, or as many as `BACKSTOP_FRESH_SEEDS` says. With `BACKSTOP_SOAK_SEEDS` that many fixed ones, from
/// `BACKSTOP_FIRST_SEED` on, which must then land 50 000 instructions beside the ticks, and each instruction 200
/// times: `cargo xtask soak`.
#[test]
fn the_rules_hold_whatever_random_actors_do() {
    let soak = asked("BACKSTOP_SOAK_SEEDS");
    let first = asked("BACKSTOP_FIRST_SEED").unwrap_or(0);
    let mut table = play_all(first, soak.unwrap_or(SEEDS), soak.is_some());
    println!("{}", table.text(&instructions()));
    match soak {
        Some(_) => judge(&mut table, [50_000, 200, 20]),
        None => judge(&mut table, [1, 1, 1]),
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let fresh = now.expect("a clock after 1970").as_nanos() as u64;
    let mut openings = Openings::new(false);
    for seed in fresh..fresh + asked("BACKSTOP_FRESH_SEEDS").unwrap_or(1) {
        println!("fresh seed {seed}");
        run_seed(openings.of(seed), seed);
    }
}
