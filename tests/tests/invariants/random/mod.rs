//! Random actors on the real bytecode: whatever they do, in whatever order, the rules hold after every
//! instruction. Fixed seeds make the run repeatable; one more seed is fresh each time and
//! printed.

mod action;
mod bearer;
mod expire;
mod opening;
mod orders;
mod play;
mod requests;
mod shrink;
mod stress;
mod table;
mod trade;
mod wind_down;

use std::time::{SystemTime, UNIX_EPOCH};

use action::{generate, Action};
use backstop_testkit::invariants::Violation;
use play::Play;
use table::{Table, SITUATIONS};

/// Actions of one run.
const ACTIONS: usize = 500;
/// Seeds of every run.
const SEEDS: std::ops::Range<u64> = 0..40;

/// Instructions of the program, each of which must land at least once.
const INSTRUCTIONS: [&str; 46] = [
    "initialize_protocol",
    "create_market",
    "add_collateral",
    "create_shard",
    "create_insurance_fund",
    "seal",
    "open_feed_clock",
    "tick",
    "preview_price",
    "submit_surface",
    "open_account",
    "close_account",
    "deposit",
    "withdraw",
    "create_expiry",
    "create_series",
    "place_offer",
    "cancel_offer",
    "fill_offer",
    "liquidate",
    "bid",
    "convert",
    "repay",
    "close_estate",
    "stake_insurance",
    "sweep_fees",
    "submit_point",
    "fix_price",
    "fold_series",
    "settle_account",
    "close_collecting",
    "bid_recapitalisation",
    "finalise",
    "redeem",
    "withdraw_option",
    "deposit_option",
    "transfer_leg",
    "set_delegate",
    "cancel_all",
    "close_offer",
    "sweep",
    "fill_quote",
    "write_option",
    "request_fill",
    "execute_fill",
    "void_fill",
];

/// How many fresh seeds to try: one, or as many as the environment variable `BACKSTOP_FRESH_SEEDS` says.
fn fresh_runs() -> u64 {
    let asked = std::env::var("BACKSTOP_FRESH_SEEDS");
    asked.map_or(1, |text| {
        text.parse().expect("BACKSTOP_FRESH_SEEDS is a number")
    })
}

/// Performs the actions in order, then winds the market down.
fn run(opening: &Play, actions: &[Action]) -> Result<Table, Violation> {
    let mut play = opening.clone();
    for action in actions {
        play.perform(action)?;
    }
    play.wind_down()?;
    Ok(play.table)
}

fn run_seed(opening: &Play, seed: u64) -> Table {
    let actions = generate(seed, ACTIONS);
    run(opening, &actions).unwrap_or_else(|violation| {
        let shortest = shrink::shrink(opening, actions, &violation);
        let list: String = shortest
            .iter()
            .map(|action| format!("  {action:?},\n"))
            .collect();
        panic!("seed {seed}: {violation}\nthe shortest list of actions found:\n{list}")
    })
}

#[test]
fn the_rules_hold_whatever_random_actors_do() {
    let opening = Play::opening();
    let fresh = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970")
        .as_nanos() as u64;
    let mut table = Table::default();
    for seed in SEEDS {
        table.add(&run_seed(&opening, seed));
    }
    println!("{}", table.text());
    let (attempted, landed) = table.totals();
    assert!(
        2 * landed >= attempted,
        "only {landed} of {attempted} instructions landed"
    );
    for name in INSTRUCTIONS {
        assert!(table.of(name).landed > 0, "{name} never landed");
    }
    for (situation, _) in SITUATIONS {
        assert!(table.got_into(situation), "no run got into {situation}");
    }
    for seed in fresh..fresh + fresh_runs() {
        println!("fresh seed {seed}");
        run_seed(&opening, seed);
    }
}
