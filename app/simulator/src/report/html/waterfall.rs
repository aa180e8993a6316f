//! The waterfall as a picture: the loss, and what each layer took off it.

use super::card;
use super::chart::WIDTH;
use super::svg::{escape, px};
use crate::report::amount::{exact, percent};
use crate::report::{Recording, Settlement, LOSS_EXPLAINED};

/// Left end, right end and height of the bars.
const BARS: (f64, f64) = (196.0, 800.0);
const ROW: f64 = 46.0;
const BAR: f64 = 28.0;
const TOP: f64 = 10.0;

/// A bar from one remaining loss to the next.
struct Row {
    class: &'static str,
    label: &'static str,
    about: &'static str,
    from: i128,
    to: i128,
    atoms: i128,
}

/// The card, or nothing while no books were kept.
pub(super) fn section(recording: &Recording) -> String {
    let Some(settlement) = &recording.settlement else {
        return String::new();
    };
    let note = format!(
        "{LOSS_EXPLAINED} Each layer takes what it can of what the layers above left, in {}. \
         A bar to the right is a gain paid for by the layers below.",
        escape(&recording.meta.quote)
    );
    card("Who bore the loss", &note, &picture(settlement))
}

fn rows(settlement: &Settlement) -> Vec<Row> {
    let loss = i128::from(settlement.loss.loss_atoms);
    let classes = [
        "defaulter",
        "bidders",
        "insurance",
        "backstop",
        "haircut",
        "rounding",
    ];
    let mut rows = vec![Row {
        class: "loss",
        label: "Loss",
        about: "of accounts in default",
        from: loss,
        to: 0,
        atoms: loss,
    }];
    let mut remaining = loss;
    for (layer, class) in settlement.loss.layers().into_iter().zip(classes) {
        let atoms = i128::from(layer.atoms);
        let (from, to) = (remaining, remaining - atoms);
        rows.push(Row {
            class,
            label: layer.label,
            about: layer.about,
            from,
            to,
            atoms,
        });
        remaining = to;
    }
    rows
}

fn picture(settlement: &Settlement) -> String {
    let rows = rows(settlement);
    let loss = i128::from(settlement.loss.loss_atoms);
    let ends = rows.iter().flat_map(|row| [row.from, row.to]);
    let (low, high) = ends.fold((0, 1), |(low, high), end| (end.min(low), end.max(high)));
    let x = |atoms: i128| BARS.0 + (atoms - low) as f64 / (high - low) as f64 * (BARS.1 - BARS.0);
    let mut body = String::new();
    for (index, row) in rows.iter().enumerate() {
        let y = TOP + ROW * index as f64;
        body += &bar(row, (x(row.from), x(row.to)), y, loss);
        if index > 0 && index + 1 < rows.len() {
            body += &connector(x(row.to), y + BAR, y + ROW);
        }
    }
    let height = TOP + ROW * rows.len() as f64;
    let label = "The loss and the layers that bore it";
    format!(
        "<div class=\"scroll\"><svg class=\"waterfall\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{label}\">\n{body}</svg></div>\n"
    )
}

fn bar(row: &Row, (from, to): (f64, f64), y: f64, loss: i128) -> String {
    let (left, width) = (px(from.min(to)), px((from - to).abs().max(1.5)));
    let (label_y, about_y, amount_y) = (px(y + 12.0), px(y + 26.0), px(y + 18.0));
    let (y, share, amount) = (
        px(y),
        minus(percent(row.atoms, loss)),
        minus(exact(row.atoms, 6)),
    );
    let (class, label, about) = (row.class, row.label, row.about);
    format!(
        "<g class=\"layer-{class}\"><title>{label}: {amount} ({share} of the loss)</title>\
         <text class=\"layer\" x=\"180\" y=\"{label_y}\" text-anchor=\"end\">{label}</text>\
         <text class=\"about\" x=\"180\" y=\"{about_y}\" text-anchor=\"end\">{about}</text>\
         <rect x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\" rx=\"3\"/>\
         <text class=\"amount\" x=\"990\" y=\"{amount_y}\" text-anchor=\"end\">{amount}</text>\
         <text class=\"share\" x=\"1062\" y=\"{amount_y}\" text-anchor=\"end\">{share}</text></g>\n"
    )
}

/// A true minus sign, as wide as a digit.
fn minus(number: String) -> String {
    number.replace('-', "\u{2212}")
}

fn connector(x: f64, from: f64, to: f64) -> String {
    let (x, from, to) = (px(x), px(from), px(to));
    format!("<line class=\"connector\" x1=\"{x}\" x2=\"{x}\" y1=\"{from}\" y2=\"{to}\"/>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample;

    #[test]
    fn bars_lead_from_the_loss_to_nothing() {
        let settlement = sample().settlement.expect("kept");
        let rows = rows(&settlement);
        assert_eq!(rows[1].from, i128::from(settlement.loss.loss_atoms));
        assert!(rows[1..].windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(rows.last().map(|row| row.to), Some(0));
    }

    #[test]
    fn no_loss_is_a_picture_too() {
        let picture = picture(&Settlement::default());
        assert!(picture.contains("0.000000") && !picture.contains("NaN"));
    }
}
