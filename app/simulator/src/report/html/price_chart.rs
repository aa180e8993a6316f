//! The price, with a flag where each stage was entered.

use super::card;
use super::chart::{Chart, ACROSS};
use super::svg::{escape, px, series_colour};
use super::time_scale::TimeScale;
use crate::path::Step;
use crate::report::amount::{percent, price};
use crate::report::{Event, Recording, Stage};

/// The card, or nothing without prices.
pub(super) fn section(recording: &Recording, time: &TimeScale) -> String {
    if recording.price.is_empty() {
        return String::new();
    }
    let unscaled = |price: u64| price as f64 / 1e9;
    let entries = stage_entries(recording, time);
    let rows = entries.iter().map(|entry| entry.row + 1).max().unwrap_or(0);
    let headroom = 14.0 + 17.0 * rows as f64;
    let values = recording.price.iter().map(|step| unscaled(step.price));
    let mut chart = Chart::new(
        "Price over time",
        time,
        (headroom, 300.0 + headroom),
        values,
        false,
    );
    chart.line_and_area(
        recording
            .price
            .iter()
            .map(|step| (step.at, unscaled(step.price))),
        series_colour(0),
    );
    for entry in &entries {
        draw_entry(&mut chart, entry, headroom, 274.0 + headroom);
    }
    read_prices(&mut chart, &recording.price);
    let market = escape(&recording.meta.market);
    let note = format!(
        "{market}. Flags: the first event of each stage. Hatched: time without events, cut short."
    );
    card("Price", &note, &chart.finish())
}

fn read_prices(chart: &mut Chart, steps: &[Step]) {
    let times: Vec<i64> = steps.iter().map(|step| step.at).collect();
    let first = steps.first().map_or(0, |step| i128::from(step.price));
    chart.readout(&times, |at| {
        let index = steps
            .partition_point(|step| step.at <= at)
            .saturating_sub(1);
        let now = steps[index].price;
        let change = percent(i128::from(now) - first, first);
        format!("{} ({change} from the opening)", price(now))
    });
}

/// The first event of a stage, as a flag above the price.
struct Entry<'a> {
    event: &'a Event,
    x: f64,
    row: usize,
}

/// First events of the stages from seizing on, on as few rows as keep their labels apart.
fn stage_entries<'a>(recording: &'a Recording, time: &TimeScale) -> Vec<Entry<'a>> {
    let mut events: Vec<&Event> = (Stage::ALL
        .into_iter()
        .filter(|stage| *stage >= Stage::Seize))
    .filter_map(|stage| recording.timeline.iter().find(|event| event.stage == stage))
    .collect();
    events.sort_by_key(|event| event.at);
    let mut ends: Vec<f64> = Vec::new();
    let mut entries = Vec::new();
    for event in events {
        let x = time.x(event.at);
        let width = 12.0 + 7.0 * event.stage.label().len() as f64;
        // Near the right end the label stands left of its flagpole.
        let start = if x + width > ACROSS.1 { x - width } else { x };
        let row = ends
            .iter()
            .position(|end| *end + 6.0 <= start)
            .unwrap_or(ends.len());
        let end = start + width;
        match ends.get_mut(row) {
            Some(slot) => *slot = end,
            None => ends.push(end),
        }
        entries.push(Entry { event, x, row });
    }
    entries
}

fn draw_entry(chart: &mut Chart, entry: &Entry, headroom: f64, bottom: f64) {
    let label = entry.event.stage.label();
    let width = 8.0 + 7.0 * label.len() as f64;
    let y = headroom - 26.0 - 17.0 * entry.row as f64;
    let left = if entry.x + width > ACROSS.1 {
        entry.x - width
    } else {
        entry.x
    };
    let (x, left, text_x, top, text_y, bottom) = (
        px(entry.x),
        px(left),
        px(left + width / 2.0),
        px(y),
        px(y + 11.0),
        px(bottom),
    );
    let title = escape(&format!("{}: {}", label, entry.event.text));
    chart.push(&format!(
        r#"<g class="flag stage-{label}"><title>{title}</title><line x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/><rect x="{left}" y="{top}" width="{width}" height="15" rx="3"/><text x="{text_x}" y="{text_y}" text-anchor="middle">{label}</text></g>"#
    ));
}
