//! The replay on the chain: actors who know prices and public accounts only, and the real program.
//!
//! [`replay`] opens a market with the scenario's parameters, lets everybody trade ([`opening`]), walks the prices
//! ([`market_hours`]: publishers, keepers, bidders), then expiry and everything after it ([`after_hours`]), and
//! accounts for every atom ([`closing`]). Every instruction that lands is followed by the invariants of the testkit.

mod after_hours;
mod bidders;
mod clock;
mod closing;
mod collateral;
mod keepers;
mod losses;
mod market_hours;
mod narrator;
mod opening;
mod publishers;
mod settling;
mod theatre;
mod trades;

use crate::input::Input;
use crate::replay;
use crate::report::Recording;

use theatre::{Theatre, Violation};

/// Whether progress is told on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A line now and then.
    Told,
    /// Nothing.
    Silent,
}

/// Replays a market on the real program and accounts for every atom. If an invariant breaks, the recording ends there
/// and says so.
///
/// # Errors
/// A set-up the program refuses, in words: parameters out of bounds, no hour between opening and expiry, an instruction
/// of opening or settlement that did not land.
pub fn replay(input: &Input, progress: Progress) -> anyhow::Result<Recording> {
    let mut theatre = opening::open(input, progress)?;
    match play(&mut theatre) {
        Ok(()) => {}
        Err(error) => match error.downcast::<Violation>() {
            Ok(violation) => theatre.recording.violation = Some(violation.to_string()),
            Err(error) => return Err(error),
        },
    }
    let mut recording = theatre.recording;
    recording.timeline.splice(0..0, replay::moments(input));
    recording.timeline.sort_by_key(|event| event.at);
    Ok(recording)
}

fn play(theatre: &mut Theatre) -> anyhow::Result<()> {
    opening::trade(theatre)?;
    market_hours::run(theatre)?;
    after_hours::run(theatre)?;
    theatre.recording.settlement = Some(closing::settlement(theatre)?);
    Ok(())
}
