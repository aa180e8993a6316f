//! Makes a failing list of actions shorter, by leaving out whatever is not needed to fail, and keeps it so that
//! it can be replayed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::action::{Action, Verb};
use super::opening::market_of;
use super::play::Play;
use super::{run, Stopped};

/// How long to look for a shorter list.
const PATIENCE: Duration = Duration::from_secs(90);

/// Names the file whose actions are performed instead of the seeds' ones.
pub const REPLAY: &str = "BACKSTOP_REPLAY";

/// The shortest list found that breaks the same rule. What came after the failure goes first.
pub fn shrink(opening: &Play, mut actions: Vec<Action>, first: &Stopped) -> Vec<Action> {
    let mut failing = |actions: &[Action]| match run(opening, actions) {
        Err(found) if found.violation.invariant == first.violation.invariant => Some(found.at),
        _ => None,
    };
    actions.truncate(first.at + 1);
    let until = Instant::now() + PATIENCE;
    shorten(actions, &mut failing, until)
}

/// Leaves out ever smaller pieces, from the end, as long as what is left is `failing`; then single actions
/// until none can go. `failing` says at which action.
fn shorten(
    mut actions: Vec<Action>,
    failing: &mut impl FnMut(&[Action]) -> Option<usize>,
    until: Instant,
) -> Vec<Action> {
    let mut piece = actions.len().div_ceil(2);
    loop {
        let before = actions.len();
        let mut end = actions.len();
        while end > 0 && Instant::now() < until {
            let start = end.saturating_sub(piece);
            let rest = [&actions[..start], &actions[end..]].concat();
            if let Some(at) = failing(&rest) {
                actions = rest;
                actions.truncate(at + 1);
            }
            end = start.min(actions.len());
        }
        let done = piece == 1 && actions.len() == before;
        if done || actions.is_empty() || Instant::now() >= until {
            return actions;
        }
        piece = (piece / 2).max(1);
    }
}

/// Writes the actions to a file under `target` and returns its path.
pub fn keep(seed: u64, actions: &[Action]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/random");
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    let path = folder.join(format!("{seed}.txt"));
    let line = |action: &Action| {
        let Action {
            verb,
            who,
            what,
            size,
        } = action;
        format!("{verb:?} {who} {what} {size}\n")
    };
    let lines: String = actions.iter().map(line).collect();
    let text = format!("market {}\n{lines}", market_of(seed));
    std::fs::write(&path, text).expect("the target folder can be written");
    path.canonicalize().unwrap_or(path)
}

/// Reads what [`keep`] wrote: the market and the actions.
pub fn read(text: &str) -> (u64, Vec<Action>) {
    let (market, lines) = text.split_once('\n').unwrap_or_default();
    let market = market.strip_prefix("market ").map(str::parse);
    let market = market.expect("a market first").expect("its number");
    let parse = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let [verb, who, what, size] = words[..] else {
            panic!("`{line}` is not `verb who what size`");
        };
        let verb = Verb::all().find(|one| format!("{one:?}") == verb);
        Action {
            verb: verb.unwrap_or_else(|| panic!("`{line}` begins with no verb")),
            who: who.parse().expect("who is below 256"),
            what: what.parse().expect("what is below 256"),
            size: size.parse().expect("size is below 65 536"),
        }
    };
    (market, lines.lines().map(parse).collect())
}

#[test]
fn only_what_is_needed_to_fail_is_left() {
    let actions = super::weights::generate(1, 100);
    let wanted = [actions[17].size, actions[80].size];
    // Fails at the later of the two, whatever else is there.
    let mut failing = |list: &[Action]| {
        let place = |size: &u16| list.iter().position(|action| action.size == *size);
        Some(place(&wanted[0])?.max(place(&wanted[1])?))
    };
    let shortest = shorten(actions, &mut failing, Instant::now() + PATIENCE);
    let sizes: Vec<_> = shortest.iter().map(|action| action.size).collect();
    assert_eq!(sizes, wanted);
    let text = std::fs::read_to_string(keep(0, &shortest)).expect("just written");
    assert_eq!(format!("{:?}", read(&text).1), format!("{shortest:?}"));
}
