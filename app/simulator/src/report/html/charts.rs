//! The four plots over time.

use super::card;
use super::chart::{legend, Chart, ACROSS};
use super::svg::{escape, px, series_colour};
use super::time_scale::TimeScale;
use crate::report::amount::{percent, price, readable};
use crate::report::{AuctionSeries, Event, Recording, Stage};

const PLOT: (f64, f64) = (14.0, 300.0);

/// Quote units of atoms, for drawing only.
fn quote(atoms: i64) -> f64 {
    atoms as f64 / 1e6
}

/// All plots that have something to show, over one common time axis.
pub(super) fn sections(recording: &Recording) -> String {
    let times = recording.times();
    let time = TimeScale::new(&times, ACROSS);
    [price_section(recording, &time), health(recording, &time), auctions(recording, &time), fund(recording, &time)]
        .concat()
}

fn price_section(recording: &Recording, time: &TimeScale) -> String {
    let Some(first) = recording.price.first() else { return String::new() };
    let unscaled = |price: u64| price as f64 / 1e9;
    let entries = stage_entries(recording, time);
    let rows = entries.iter().map(|entry| entry.row + 1).max().unwrap_or(0);
    let headroom = 14.0 + 17.0 * rows as f64;
    let values = recording.price.iter().map(|step| unscaled(step.price));
    let mut chart = Chart::new("Price over time", time, (headroom, 300.0 + headroom), values, false);
    chart.line_and_area(recording.price.iter().map(|step| (step.at, unscaled(step.price))), series_colour(0));
    for entry in &entries {
        draw_entry(&mut chart, entry, headroom, 274.0 + headroom);
    }
    let times: Vec<i64> = recording.price.iter().map(|step| step.at).collect();
    chart.readout(&times, |at| {
        let index = recording.price.partition_point(|step| step.at <= at).saturating_sub(1);
        let now = recording.price[index].price;
        let change = i128::from(now) - i128::from(first.price);
        format!("{} ({} from the opening)", price(now), percent(change, i128::from(first.price)))
    });
    let market = escape(&recording.meta.market);
    let note = format!("{market}. Flags: the first event of each stage. Hatched: time without events, cut short.");
    card("Price", &note, &chart.finish())
}

/// The first event of a stage, as a flag above the price.
struct Entry<'a> {
    event: &'a Event,
    x: f64,
    row: usize,
}

/// First events of the stages from seizing on, on as few rows as keep their labels apart.
fn stage_entries<'a>(recording: &'a Recording, time: &TimeScale) -> Vec<Entry<'a>> {
    let mut events: Vec<&Event> = (Stage::ALL.into_iter().filter(|stage| *stage >= Stage::Seize))
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
        let row = ends.iter().position(|end| *end + 6.0 <= start).unwrap_or(ends.len());
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
    let left = if entry.x + width > ACROSS.1 { entry.x - width } else { entry.x };
    let (x, left, text_x, top, text_y, bottom) =
        (px(entry.x), px(left), px(left + width / 2.0), px(y), px(y + 11.0), px(bottom));
    let title = escape(&format!("{}: {}", label, entry.event.text));
    chart.push(&format!(
        r#"<g class="flag stage-{label}"><title>{title}</title><line x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/><rect x="{left}" y="{top}" width="{width}" height="15" rx="3"/><text x="{text_x}" y="{text_y}" text-anchor="middle">{label}</text></g>"#
    ));
}

fn health(recording: &Recording, time: &TimeScale) -> String {
    let accounts = &recording.accounts;
    if accounts.is_empty() {
        return String::new();
    }
    let values = accounts.iter().flat_map(|account| account.points.iter().map(|point| quote(point.health_atoms)));
    let mut chart = Chart::new("Health of accounts over time", time, PLOT, values, true);
    for (index, account) in accounts.iter().enumerate() {
        let series = account.points.iter().map(|point| (point.at, quote(point.health_atoms)));
        chart.line(series, series_colour(index));
    }
    let mut times: Vec<i64> =
        accounts.iter().flat_map(|account| account.points.iter().map(|point| point.at)).collect();
    times.sort_unstable();
    times.dedup();
    chart.readout(&times, |at| {
        let line = |account: &crate::report::AccountSeries| {
            let index = account.points.partition_point(|point| point.at <= at).checked_sub(1)?;
            let point = account.points.get(index).filter(|_| account.points.last().is_some_and(|last| last.at >= at))?;
            let (health, value) = (readable(point.health_atoms.into()), readable(point.value_atoms.into()));
            Some(format!("{}: health {health}, value {value}", account.name))
        };
        accounts.iter().filter_map(line).collect::<Vec<_>>().join("\n")
    });
    let names: Vec<(&str, &str)> =
        accounts.iter().enumerate().map(|(index, account)| (account.name.as_str(), series_colour(index))).collect();
    let note = format!("health(MM) in {}. Below zero an account is seized.", escape(&recording.meta.quote));
    card("Health of accounts", &note, &(legend(&names) + &chart.finish()))
}

fn auctions(recording: &Recording, time: &TimeScale) -> String {
    let auctions = &recording.auctions;
    if auctions.is_empty() {
        return String::new();
    }
    let asked = auctions.iter().flat_map(|auction| auction.points.iter().map(|point| quote(point.price_atoms)));
    let bid = auctions.iter().flat_map(|auction| auction.bids.iter().map(|bid| quote(bid.price_atoms)));
    let mut chart = Chart::new("Auction prices and bids over time", time, PLOT, asked.chain(bid), true);
    for (index, auction) in auctions.iter().enumerate() {
        chart.line(auction.points.iter().map(|point| (point.at, quote(point.price_atoms))), series_colour(index));
    }
    let mut times: Vec<i64> =
        auctions.iter().flat_map(|auction| auction.points.iter().map(|point| point.at)).collect();
    times.sort_unstable();
    times.dedup();
    chart.readout(&times, |at| {
        let asked = |auction: &AuctionSeries| {
            let last = auction.points.last()?;
            let index = auction.points.partition_point(|point| point.at <= at).checked_sub(1)?;
            let point = auction.points.get(index).filter(|_| last.at >= at)?;
            Some(format!("{}: {}", auction.name, readable(point.price_atoms.into())))
        };
        auctions.iter().filter_map(asked).collect::<Vec<_>>().join("\n")
    });
    for (index, auction) in auctions.iter().enumerate() {
        draw_bids(&mut chart, auction, series_colour(index));
    }
    let names: Vec<(&str, &str)> =
        auctions.iter().enumerate().map(|(index, auction)| (auction.name.as_str(), series_colour(index))).collect();
    let note = format!(
        "Price asked for the whole portfolio, in {}. Dots: bids, larger for larger slices. \
         Below zero the fund pays the bidder.",
        escape(&recording.meta.quote)
    );
    card("Auctions", &note, &(legend(&names) + &chart.finish()))
}

fn draw_bids(chart: &mut Chart, auction: &AuctionSeries, colour: &str) {
    for bid in &auction.bids {
        let part = percent(i128::from(bid.fraction_ppb), 1_000_000_000);
        let paid = readable(i128::from(bid.paid_atoms).abs());
        let who = if bid.paid_atoms < 0 { "the fund pays" } else { "pays" };
        let tooltip = format!(
            "{}\n{} takes {part} of {}\n{who} {paid}\nprice of the whole {}",
            crate::utc::date_clock(bid.at),
            bid.bidder,
            auction.name,
            readable(bid.price_atoms.into())
        );
        let radius = 3.5 + 6.0 * (bid.fraction_ppb as f64 / 1e9).sqrt();
        chart.dot(chart.at(bid.at, quote(bid.price_atoms)), radius, colour, &tooltip);
    }
}

fn fund(recording: &Recording, time: &TimeScale) -> String {
    let points = &recording.fund;
    if points.is_empty() {
        return String::new();
    }
    let unscaled = |atoms: u64| atoms as f64 / 1e6;
    let fund: Vec<(i64, f64)> = points.iter().map(|point| (point.at, unscaled(point.fund_atoms))).collect();
    let reserve: Vec<(i64, f64)> = points.iter().map(|point| (point.at, unscaled(point.reserve_atoms))).collect();
    let with_reserve = points.iter().any(|point| point.reserve_atoms > 0);
    let values = fund.iter().chain(reserve.iter().filter(|_| with_reserve)).map(|(_, value)| *value);
    let mut chart = Chart::new("Insurance fund over time", time, (14.0, 240.0), values, true);
    let mut names = vec![("Insurance fund", series_colour(2))];
    chart.steps(&fund, series_colour(2));
    if with_reserve {
        chart.steps(&reserve, series_colour(3));
        names.push(("Reserve line", series_colour(3)));
    }
    let times: Vec<i64> = points.iter().map(|point| point.at).collect();
    chart.readout(&times, |at| {
        let point = points[points.partition_point(|point| point.at <= at).saturating_sub(1)];
        let (fund, reserve) = (readable(point.fund_atoms.into()), readable(point.reserve_atoms.into()));
        format!("fund {fund}\nReserve line {reserve}")
    });
    let note = format!("What the fund holds, in {}.", escape(&recording.meta.quote));
    card("Insurance fund", &note, &(legend(&names) + &chart.finish()))
}
