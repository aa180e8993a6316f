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
    let candles = meta.candles.as_ref().map_or_else(String::new, |file| format!(" · prices from {file}"));
    let line = escape(&format!("{} · {span} · seed {}{candles}", meta.scenario, meta.seed));
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
        return "<p class=\"verdict plain\">Market only: no books were kept in this replay.</p>\n".into();
    };
    let found = settlement.discrepancies();
    if found.is_empty() {
        let count = settlement.vaults.len();
        return format!("<p class=\"verdict good\">✓ {count} vaults accounted for to the atom</p>\n");
    }
    let items: String = found.iter().map(|text| format!("<li>{}</li>", escape(text))).collect();
    format!("<div class=\"verdict bad\">✗ The books do not close<ul>{items}</ul></div>\n")
}

/// A row of cards with one figure each.
pub(super) fn figures(recording: &Recording) -> String {
    let mut figures: Vec<(String, String, String)> = Vec::new();
    let mut add = |label: &str, value: String, note: String| figures.push((label.into(), value, note));
    if let (Some(first), Some(low)) = (recording.price.first(), recording.price.iter().min_by_key(|step| step.price)) {
        let fall = i128::from(low.price) - i128::from(first.price);
        let note = format!("{} to {}", price(first.price), price(low.price));
        add("Price, opening to low", percent(fall, i128::from(first.price)), note);
    }
    let count = |stage: Stage| recording.timeline.iter().filter(|event| event.stage == stage).count();
    if recording.settlement.is_some() {
        let bids: usize = recording.auctions.iter().map(|auction| auction.bids.len()).sum();
        add("Accounts seized", count(Stage::Seize).to_string(), format!("{bids} bids landed"));
    }
    if let Some(settlement) = &recording.settlement {
        let loss = &settlement.loss;
        let whole = i128::from(loss.loss_atoms);
        let share = |atoms: u64| format!("{} of the loss", percent(atoms.into(), whole));
        add("Loss", readable(whole), format!("{} in default", recording.meta.quote));
        add("Insurance paid", readable(loss.insurance_atoms.into()), share(loss.insurance_atoms));
        add("Backstop paid", readable(loss.backstop_atoms.into()), share(loss.backstop_atoms));
        add("Haircut", readable(loss.haircut_atoms.into()), share(loss.haircut_atoms));
    }
    let cards: String = figures
        .iter()
        .map(|(label, value, note)| {
            let (label, value, note) = (escape(label), escape(&value.replace('-', "\u{2212}")), escape(note));
            format!("<div class=\"figure\"><span>{label}</span><b>{value}</b><small>{note}</small></div>\n")
        })
        .collect();
    format!("<div class=\"figures\">\n{cards}</div>\n")
}
