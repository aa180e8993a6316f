//! The market side of a replay: prices and the moments a reader looks for, before anybody acts on them.

use crate::input::Input;
use crate::path::Step;
use crate::report::{amount, Event, Meta, Recording, Stage};

/// A recording with its heading filled in and nothing in it.
pub fn open(input: &Input) -> Recording {
    let scenario = &input.scenario;
    Recording {
        meta: Meta {
            scenario: scenario.name.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            market: scenario.market.name.clone(),
            quote: scenario.market.quote.clone(),
            candles: input.candles.clone(),
            seed: input.seed,
            program_sha256: input.program.sha256.clone(),
            // Figures of a scenario say nothing about prices from a file.
            sources: if input.candles.is_some() {
                Vec::new()
            } else {
                scenario.sources.clone()
            },
            ..Meta::default()
        },
        ..Recording::default()
    }
}

/// The market alone: every step of the path, and its opening, high, low and end.
pub fn market(input: &Input) -> Recording {
    let mut recording = open(input);
    recording.price = input.path.steps().to_vec();
    recording.timeline = moments(input);
    recording
}

/// Opening, high, low and end of the path, in the order in which they happened.
pub fn moments(input: &Input) -> Vec<Event> {
    let (path, spot) = (&input.path, input.spot_price());
    let moment = |what: &str, step: Step| {
        let change = amount::percent(i128::from(step.price) - i128::from(spot), i128::from(spot));
        Event {
            at: step.at,
            price: step.price,
            stage: Stage::Market,
            who: input.scenario.market.name.clone(),
            what: what.into(),
            amount_atoms: None,
            text: format!("{} ({change} from the opening)", amount::price(step.price)),
        }
    };
    let mut events = vec![
        moment("opens", path.first()),
        moment("highest", path.highest()),
        moment("lowest", path.lowest()),
        moment("prices end", path.last()),
    ];
    // A market that only falls opens at its highest: one line says it.
    let ends = [path.first().at, path.last().at];
    events.retain(|event| {
        !ends.contains(&event.at) || ["opens", "prices end"].contains(&event.what.as_str())
    });
    events.sort_by_key(|event| event.at);
    events
}
