//! The tables of the page.

use super::card;
use super::svg::escape;
use crate::report::amount::{exact, price, readable};
use crate::report::{Event, Recording, Settlement, Stage};
use crate::utc;

/// A table; a heading that begins with `#` is a column of numbers. Cells are HTML.
fn table(class: &str, headings: &[&str], rows: &[Vec<String>]) -> String {
    let numeric = |column: usize| {
        headings
            .get(column)
            .is_some_and(|name| name.starts_with('#'))
    };
    let cell = |tag: &str, column: usize, html: &str| {
        let class = if numeric(column) {
            " class=\"number\""
        } else {
            ""
        };
        format!("<{tag}{class}>{html}</{tag}>")
    };
    let heads: String = (headings.iter().enumerate())
        .map(|(column, name)| cell("th", column, &escape(name.trim_start_matches('#'))))
        .collect();
    let body: String = (rows.iter())
        .map(|row| {
            let cells: String = row
                .iter()
                .enumerate()
                .map(|(column, html)| cell("td", column, html))
                .collect();
            format!("<tr>{cells}</tr>\n")
        })
        .collect();
    format!(
        "<div class=\"scroll\"><table class=\"{class}\"><thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )
}

/// A number with a true minus sign, red below zero.
fn number(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(digits) => format!("<span class=\"negative\">\u{2212}{digits}</span>"),
        None => text.to_owned(),
    }
}

/// Vaults and claims.
pub(super) fn settlement(recording: &Recording) -> String {
    let Some(settlement) = &recording.settlement else {
        return String::new();
    };
    let vaults = card(
        "Vaults",
        "Every token account of the protocol against the books.",
        &vault_table(settlement),
    );
    let quote = escape(&recording.meta.quote);
    let note = format!("Recorded haircuts in {quote}, repaid from later income.");
    let claims = match settlement.claims.is_empty() {
        true => card("Recovery claims", "No holder took a haircut.", ""),
        false => card("Recovery claims", &note, &claim_table(settlement)),
    };
    vaults + &claims
}

fn vault_table(settlement: &Settlement) -> String {
    let rows: Vec<Vec<String>> = (settlement.vaults.iter())
        .map(|vault| {
            let amount = |atoms: i128| number(&exact(atoms, vault.decimals));
            let difference = vault.difference_atoms();
            let mark = match difference {
                0 => "<span class=\"ok\">✓ exact</span>".to_owned(),
                _ => format!(
                    "<span class=\"negative\">✗ {}</span>",
                    exact(difference, vault.decimals)
                ),
            };
            vec![
                escape(&vault.name),
                escape(&vault.mint),
                amount(vault.expected_atoms.into()),
                amount(vault.actual_atoms.into()),
                mark,
            ]
        })
        .collect();
    table(
        "",
        &["vault", "token", "#expected", "#actual", "#difference"],
        &rows,
    )
}

fn claim_table(settlement: &Settlement) -> String {
    let rows: Vec<Vec<String>> = (settlement.claims.iter())
        .map(|claim| {
            let (recorded, repaid) = (
                exact(claim.claim_atoms.into(), 6),
                exact(claim.repaid_atoms.into(), 6),
            );
            vec![
                escape(&claim.holder),
                escape(&claim.expiry),
                recorded,
                repaid,
            ]
        })
        .collect();
    table("", &["holder", "expiry", "#claim", "#repaid"], &rows)
}

/// Every event, with buttons that hide stages.
pub(super) fn timeline(recording: &Recording) -> String {
    if recording.timeline.is_empty() {
        return String::new();
    }
    let mut day = String::new();
    let mut rows = Vec::new();
    for event in &recording.timeline {
        let date = utc::date(event.at);
        rows.push(event_row(event, (date != day).then_some(date.as_str())));
        day = date;
    }
    let amount = format!("#amount {}", recording.meta.quote);
    let headings = [
        "#UTC",
        "#price",
        "stage",
        "who",
        "event",
        amount.trim_end(),
        "what happened",
    ];
    let note = "Red amounts were paid out by the protocol. Press a stage to hide or show it.";
    card(
        "Timeline",
        note,
        &(filters(recording) + &table("timeline", &headings, &rows)),
    )
}

fn filters(recording: &Recording) -> String {
    let buttons: String = (Stage::ALL
        .into_iter()
        .filter(|stage| recording.entered(*stage)))
    .map(|stage| {
        let label = stage.label();
        format!(
            "<button type=\"button\" class=\"chip stage-{label}\" data-stage=\"{label}\" \
                 aria-pressed=\"true\">{label}</button>\n"
        )
    })
    .collect();
    format!("<p class=\"filters\">\n{buttons}</p>\n")
}

/// The cells of an event; the date stands only where it is new.
fn event_row(event: &Event, new_date: Option<&str>) -> Vec<String> {
    let date = new_date.map_or_else(String::new, |date| format!("<small>{date}</small> "));
    let amount = event
        .amount_atoms
        .map(|atoms| number(&readable(atoms.into())));
    vec![
        format!("{date}{}", utc::clock(event.at)),
        price(event.price),
        format!(
            "<span class=\"chip stage-{0}\">{0}</span>",
            event.stage.label()
        ),
        escape(&event.who),
        escape(&event.what),
        amount.unwrap_or_default(),
        escape(&event.text),
    ]
}

/// Where prices and program come from.
pub(super) fn provenance(recording: &Recording) -> String {
    let meta = &recording.meta;
    let sources: String = (meta.sources.iter())
        .map(|source| {
            format!(
                "<li>{} <em>({})</em></li>\n",
                escape(&source.figure),
                escape(&source.source)
            )
        })
        .collect();
    let sources = if sources.is_empty() {
        String::new()
    } else {
        format!("<ul>\n{sources}</ul>\n")
    };
    let program = escape(&meta.program_sha256);
    let content =
        format!("{sources}<p class=\"note\">Program SHA-256: <code>{program}</code></p>\n");
    card(
        "Where this comes from",
        "Figures behind the prices, and the program that was run.",
        &content,
    )
}
