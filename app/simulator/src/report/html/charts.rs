//! The plots over time.

use super::chart::{legend, Chart, ACROSS};
use super::svg::{escape, series_colour};
use super::time_scale::TimeScale;
use super::{card, price_chart};
use crate::report::amount::{percent, readable};
use crate::report::{AccountSeries, AuctionSeries, FundPoint, Recording};
use crate::utc;

const PLOT: (f64, f64) = (14.0, 300.0);
const LOW_PLOT: (f64, f64) = (14.0, 240.0);

/// Quote units of atoms, for drawing only.
fn quote(atoms: i64) -> f64 {
    atoms as f64 / 1e6
}

/// All plots that have something to show, over one common time axis.
pub(super) fn sections(recording: &Recording) -> String {
    let times = recording.times();
    let time = TimeScale::new(&times, ACROSS);
    [
        price_chart::section(recording, &time),
        health(recording, &time),
        auctions(recording, &time),
        fund(recording, &time),
    ]
    .concat()
}

/// Rising, without repeats.
fn sorted(times: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut times: Vec<i64> = times.collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// The latest point not after a time, unless the series has ended before it.
fn point_at<P>(points: &[P], at: i64, time_of: impl Fn(&P) -> i64) -> Option<&P> {
    let index = points
        .partition_point(|point| time_of(point) <= at)
        .checked_sub(1)?;
    points
        .get(index)
        .filter(|_| points.last().is_some_and(|last| time_of(last) >= at))
}

/// The legend of series drawn in turn.
fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let entries = names
        .enumerate()
        .map(|(index, name)| (name.as_str(), series_colour(index)));
    legend(&entries.collect::<Vec<_>>())
}

fn health(recording: &Recording, time: &TimeScale) -> String {
    let accounts = &recording.accounts;
    if accounts.is_empty() {
        return String::new();
    }
    let points = || accounts.iter().flat_map(|account| &account.points);
    let values = points().map(|point| quote(point.health_atoms));
    let mut chart = Chart::new("Health of accounts over time", time, PLOT, values, true);
    for (index, account) in accounts.iter().enumerate() {
        let series = account
            .points
            .iter()
            .map(|point| (point.at, quote(point.health_atoms)));
        chart.line(series, series_colour(index));
    }
    chart.readout(&sorted(points().map(|point| point.at)), |at| {
        let lines = accounts
            .iter()
            .filter_map(|account| health_line(account, at));
        lines.collect::<Vec<_>>().join("\n")
    });
    let unit = escape(&recording.meta.quote);
    let note = format!("health(MM) in {unit}. Below zero an account is seized.");
    let legend = names(accounts.iter().map(|account| &account.name));
    card("Health of accounts", &note, &(legend + &chart.finish()))
}

fn health_line(account: &AccountSeries, at: i64) -> Option<String> {
    let point = point_at(&account.points, at, |point| point.at)?;
    let (health, value) = (
        readable(point.health_atoms.into()),
        readable(point.value_atoms.into()),
    );
    Some(format!("{}: health {health}, value {value}", account.name))
}

fn auctions(recording: &Recording, time: &TimeScale) -> String {
    let auctions = &recording.auctions;
    if auctions.is_empty() {
        return String::new();
    }
    let points = || auctions.iter().flat_map(|auction| &auction.points);
    let bids = auctions.iter().flat_map(|auction| &auction.bids);
    let values = points()
        .map(|point| point.price_atoms)
        .chain(bids.map(|bid| bid.price_atoms));
    let mut chart = Chart::new(
        "Auction prices and bids over time",
        time,
        PLOT,
        values.map(quote),
        true,
    );
    for (index, auction) in auctions.iter().enumerate() {
        let series = auction
            .points
            .iter()
            .map(|point| (point.at, quote(point.price_atoms)));
        chart.line(series, series_colour(index));
    }
    chart.readout(&sorted(points().map(|point| point.at)), |at| {
        let lines = auctions
            .iter()
            .filter_map(|auction| auction_line(auction, at));
        lines.collect::<Vec<_>>().join("\n")
    });
    for (index, auction) in auctions.iter().enumerate() {
        draw_bids(&mut chart, auction, series_colour(index));
    }
    let unit = escape(&recording.meta.quote);
    let note = format!(
        "Price asked for the whole portfolio, in {unit}. Dots: bids, larger for larger slices. \
         Below zero the bidder is paid, by the cash of earlier bids and then by the fund."
    );
    let legend = names(auctions.iter().map(|auction| &auction.name));
    card("Auctions", &note, &(legend + &chart.finish()))
}

fn auction_line(auction: &AuctionSeries, at: i64) -> Option<String> {
    let point = point_at(&auction.points, at, |point| point.at)?;
    Some(format!(
        "{}: {}",
        auction.name,
        readable(point.price_atoms.into())
    ))
}

fn draw_bids(chart: &mut Chart, auction: &AuctionSeries, colour: &str) {
    for bid in &auction.bids {
        let part = percent(i128::from(bid.fraction_ppb), 1_000_000_000);
        let paid = readable(i128::from(bid.paid_atoms).abs());
        let who = if bid.paid_atoms < 0 {
            "the fund pays"
        } else {
            "pays"
        };
        let tooltip = format!(
            "{}\n{} takes {part} of {}\n{who} {paid}\nprice of the whole {}",
            utc::date_clock(bid.at),
            bid.bidder,
            auction.name,
            readable(bid.price_atoms.into())
        );
        let radius = 3.5 + 6.0 * (bid.fraction_ppb as f64 / 1e9).sqrt();
        chart.dot(
            chart.at(bid.at, quote(bid.price_atoms)),
            radius,
            colour,
            &tooltip,
        );
    }
}

fn fund(recording: &Recording, time: &TimeScale) -> String {
    let points = &recording.fund;
    if points.is_empty() {
        return String::new();
    }
    let series = |atoms: fn(&FundPoint) -> u64| -> Vec<(i64, f64)> {
        points
            .iter()
            .map(|point| (point.at, atoms(point) as f64 / 1e6))
            .collect()
    };
    let mut levels = vec![("Insurance fund", series(|point| point.fund_atoms))];
    if points.iter().any(|point| point.reserve_atoms > 0) {
        levels.push(("Reserve line", series(|point| point.reserve_atoms)));
    }
    let values = levels
        .iter()
        .flat_map(|(_, level)| level)
        .map(|(_, value)| *value);
    let mut chart = Chart::new("Insurance fund over time", time, LOW_PLOT, values, true);
    let mut entries = Vec::new();
    for (index, (name, level)) in levels.iter().enumerate() {
        let colour = series_colour(2 + index);
        chart.steps(level, colour);
        entries.push((*name, colour));
    }
    chart.readout(&sorted(points.iter().map(|point| point.at)), |at| {
        point_at(points, at, |point| point.at).map_or_else(String::new, fund_lines)
    });
    let note = format!("What the fund holds, in {}.", escape(&recording.meta.quote));
    card(
        "Insurance fund",
        &note,
        &(legend(&entries) + &chart.finish()),
    )
}

fn fund_lines(point: &FundPoint) -> String {
    let (fund, reserve) = (point.fund_atoms.into(), point.reserve_atoms.into());
    format!(
        "fund {}\nReserve line {}",
        readable(fund),
        readable(reserve)
    )
}
