//! The report for a terminal.

use super::amount::{exact, percent, price, readable};
use super::text_table::{table, Align};
use super::{Event, Recording, Settlement, LOSS_EXPLAINED};
use crate::utc;

/// The timeline: time, price, stage, event, who, amount, and a sentence. A line with the date stands where it changes.
pub fn timeline(recording: &Recording) -> String {
    use Align::{Left, Right};
    let quote = format!("amount {}", recording.meta.quote);
    let heading = [
        ("UTC", Left),
        ("price", Right),
        ("stage", Left),
        ("event", Left),
        ("who", Left),
        (quote.trim_end(), Right),
        ("what happened", Left),
    ];
    let rows: Vec<Vec<String>> = recording.timeline.iter().map(event_row).collect();
    let text = table(&heading, &rows);
    let mut lines = text.lines();
    let mut dated: String = lines
        .by_ref()
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    let mut day = String::new();
    for (line, event) in lines.zip(&recording.timeline) {
        let date = utc::date(event.at);
        if date != day {
            dated += &format!("{date}\n");
            day = date;
        }
        dated += &format!("{line}\n");
    }
    dated
}

fn event_row(event: &Event) -> Vec<String> {
    let amount = event.amount_atoms.map(|atoms| readable(i128::from(atoms)));
    vec![
        utc::clock(event.at),
        price(event.price),
        event.stage.label().into(),
        event.what.clone(),
        event.who.clone(),
        amount.unwrap_or_default(),
        event.text.clone(),
    ]
}

/// The final tables: who bore the loss, claims, vaults.
pub fn final_tables(recording: &Recording) -> String {
    let Some(settlement) = &recording.settlement else {
        return "No books were kept in this replay: it shows the market only.\n".into();
    };
    let quote = &recording.meta.quote;
    format!(
        "Who bore the loss ({quote})\n{}{LOSS_EXPLAINED}\n\nRecovery claims ({quote})\n{}\nVaults (every atom)\n{}",
        loss_table(settlement),
        claim_table(settlement),
        vault_table(settlement)
    )
}

fn loss_table(settlement: &Settlement) -> String {
    let loss = i128::from(settlement.loss.loss_atoms);
    let row = |label: &str, atoms: i128, about: &str| {
        vec![
            label.to_owned(),
            exact(atoms, 6),
            percent(atoms, loss),
            about.to_owned(),
        ]
    };
    let mut rows = vec![row("Loss", loss, "of accounts in default")];
    rows.extend(
        settlement
            .loss
            .layers()
            .map(|layer| row(layer.label, i128::from(layer.atoms), layer.about)),
    );
    rows.push(row(
        "Unexplained",
        settlement.loss.unexplained_atoms(),
        "must be zero",
    ));
    table(
        &[
            ("layer", Align::Left),
            ("amount", Align::Right),
            ("share", Align::Right),
            ("how", Align::Left),
        ],
        &rows,
    )
}

fn claim_table(settlement: &Settlement) -> String {
    if settlement.claims.is_empty() {
        return "none\n".into();
    }
    let rows: Vec<Vec<String>> = (settlement.claims.iter())
        .map(|claim| {
            let (recorded, repaid) = (
                i128::from(claim.claim_atoms),
                i128::from(claim.repaid_atoms),
            );
            vec![
                claim.holder.clone(),
                claim.expiry.clone(),
                exact(recorded, 6),
                exact(repaid, 6),
            ]
        })
        .collect();
    let heading = [
        ("holder", Align::Left),
        ("expiry", Align::Left),
        ("claim", Align::Right),
        ("repaid", Align::Right),
    ];
    table(&heading, &rows)
}

fn vault_table(settlement: &Settlement) -> String {
    let rows: Vec<Vec<String>> = (settlement.vaults.iter())
        .map(|vault| {
            let amount = |atoms: i128| exact(atoms, vault.decimals);
            vec![
                vault.name.clone(),
                vault.mint.clone(),
                amount(i128::from(vault.expected_atoms)),
                amount(i128::from(vault.actual_atoms)),
                amount(vault.difference_atoms()),
            ]
        })
        .collect();
    let heading = [
        ("vault", Align::Left),
        ("mint", Align::Left),
        ("expected", Align::Right),
        ("actual", Align::Right),
        ("difference", Align::Right),
    ];
    table(&heading, &rows)
}

/// One or more lines that say whether every atom is accounted for.
pub fn verdict(recording: &Recording) -> String {
    if let Some(violation) = &recording.violation {
        return format!(
            "A rule of the protocol did NOT hold {violation}\nThe replay ended there.\n"
        );
    }
    let Some(settlement) = &recording.settlement else {
        return "Market only: no books to close.\n".into();
    };
    let found = settlement.discrepancies();
    match found.is_empty() {
        true => format!(
            "The books close: every atom in {} vault(s) is accounted for; every invariant held after each of {} \
             transactions.\n",
            settlement.vaults.len(),
            recording.meta.landed_count
        ),
        false => format!("The books do NOT close:\n{}\n", found.join("\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample;

    #[test]
    fn columns_line_up_and_days_are_named_once() {
        let recording = sample();
        let text = timeline(&recording);
        let lines: Vec<&str> = text.lines().collect();
        let column = |line: &str, word: &str| line.find(word).map(|at| line[..at].chars().count());
        let heading = column(lines[0], "what happened").expect("heading");
        for event in &recording.timeline {
            let row = lines
                .iter()
                .find(|line| line.contains(&event.text))
                .expect("every event has a line");
            assert_eq!(column(row, &event.text), Some(heading), "{row}");
        }
        assert_eq!(
            lines.iter().filter(|line| **line == "2025-10-10").count(),
            1
        );
        assert_eq!(
            lines.iter().filter(|line| **line == "2025-10-11").count(),
            1
        );
    }

    #[test]
    fn final_tables_show_every_atom() {
        let recording = sample();
        let text = final_tables(&recording);
        assert!(text.contains("Unexplained"), "{text}");
        for vault in &recording.settlement.as_ref().expect("kept").vaults {
            assert!(text.contains(&exact(i128::from(vault.actual_atoms), vault.decimals)));
        }
        assert!(verdict(&recording).starts_with("The books close"));
    }

    #[test]
    fn the_verdict_names_a_missing_atom() {
        let mut recording = sample();
        recording.settlement.as_mut().expect("kept").vaults[0].actual_atoms -= 1;
        assert!(verdict(&recording).contains("NOT close"));
        assert!(verdict(&recording).contains("(-1)"));
    }
}
