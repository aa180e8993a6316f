//! The top of the page: what was replayed, whether the books close, the figures that matter.

use super::svg::escape;
use crate::report::amount::{percent, price, readable};
use crate::report::{Recording, Stage};
use crate::utc;

/// Title, summary and verdict.
pub(super) fn header(recording: &Recording) -> String {
    let meta = &recording.meta;
    let span = recording.span().map_or_else(String::new, |(from, to)| {
        format!("{} to {}", utc::date_clock(from), utc::date_clock(to))
    });
    let candles = meta
        .candles
        .as_ref()
        .map_or_else(String::new, |file| format!(" · prices from {file}"));
    let line = escape(&format!(
        "{} · {span} · seed {}{candles}",
        meta.scenario, meta.seed
    ));
    format!(
        "<header>\n<p class=\"brand\">Backstop · replay</p>\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n\
         <p class=\"meta\">{line}</p>\n{}</header>\n",
        escape(&meta.title),
        escape(&meta.summary),
        verdict(recording)
    )
}

fn verdict(recording: &Recording) -> String {
    let Some(settlement) = &recording.settlement else {
        return "<p class=\"verdict plain\">Market only: no books were kept in this replay.</p>\n"
            .into();
    };
    let found = settlement.discrepancies();
    if found.is_empty() {
        let count = settlement.vaults.len();
        return format!(
            "<p class=\"verdict good\">✓ {count} vaults accounted for to the atom</p>\n"
        );
    }
    let items: String = found
        .iter()
        .map(|text| format!("<li>{}</li>", escape(text)))
        .collect();
    format!("<div class=\"verdict bad\">✗ The books do not close<ul>{items}</ul></div>\n")
}

/// Label, value and note of one card.
type Figure = (&'static str, String, String);

/// A row of cards with one figure each.
pub(super) fn figures(recording: &Recording) -> String {
    let figures = price_figure(recording)
        .into_iter()
        .chain(loss_figures(recording));
    let cards: String = figures
        .map(|(label, value, note)| {
            let (value, note) = (escape(&value.replace('-', "\u{2212}")), escape(&note));
            let texts = format!("<span>{label}</span><b>{value}</b><small>{note}</small>");
            format!("<div class=\"figure\">{texts}</div>\n")
        })
        .collect();
    format!("<div class=\"figures\">\n{cards}</div>\n")
}

fn price_figure(recording: &Recording) -> Option<Figure> {
    let first = recording.price.first()?.price;
    let low = recording.price.iter().map(|step| step.price).min()?;
    let fall = percent(i128::from(low) - i128::from(first), i128::from(first));
    Some((
        "Price, opening to low",
        fall,
        format!("{} to {}", price(first), price(low)),
    ))
}

/// A figure to read at a glance: no cents. The exact amount stands in the waterfall.
fn whole_units(atoms: i128) -> String {
    let text = readable(atoms);
    text.split_once('.')
        .map_or(text.clone(), |(whole, _)| whole.to_owned())
}

fn loss_figures(recording: &Recording) -> Vec<Figure> {
    let Some(settlement) = &recording.settlement else {
        return Vec::new();
    };
    let seized = recording
        .timeline
        .iter()
        .filter(|event| event.stage == Stage::Seize)
        .count();
    let bids: usize = recording
        .auctions
        .iter()
        .map(|auction| auction.bids.len())
        .sum();
    let loss = &settlement.loss;
    let whole = i128::from(loss.loss_atoms);
    let layer = |label, atoms: i128| {
        let share = format!("{} of the loss", percent(atoms, whole));
        (label, whole_units(atoms), share)
    };
    vec![
        (
            "Seizures",
            seized.to_string(),
            format!("{bids} bids landed"),
        ),
        (
            "Loss",
            whole_units(whole),
            format!("{} in default", recording.meta.quote),
        ),
        layer("Insurance, net", loss.insurance_atoms.into()),
        layer("Backstop paid", loss.backstop_atoms.into()),
        layer("Haircut", loss.haircut_atoms.into()),
    ]
}
