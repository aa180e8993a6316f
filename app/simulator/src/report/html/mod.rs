//! One self-contained page: inline style, inline drawings, no network.

mod chart;
mod charts;
mod header;
mod price_chart;
mod scale;
mod svg;
mod tables;
mod time_scale;
mod waterfall;

use super::Recording;
use svg::escape;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("filter.js");

/// The hatching of stretches cut short, shared by all plots.
const PATTERNS: &str = "<svg class=\"patterns\" aria-hidden=\"true\"><defs><pattern id=\"hatch\" width=\"6\" \
    height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" \
    fill=\"#fafbfc\"/><rect width=\"2\" height=\"6\" fill=\"#e6eaef\"/></pattern></defs></svg>\n";

/// The whole page.
pub fn render(recording: &Recording) -> String {
    let meta = &recording.meta;
    let title = if meta.title.is_empty() {
        "Replay"
    } else {
        &meta.title
    };
    let body = [
        header::header(recording),
        header::figures(recording),
        waterfall::section(recording),
        charts::sections(recording),
        tables::settlement(recording),
        tables::timeline(recording),
        tables::provenance(recording),
    ]
    .concat();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Backstop: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{PATTERNS}<main>\n{body}</main>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escape(title)
    )
}

/// A titled card; `note` is HTML.
fn card(title: &str, note: &str, content: &str) -> String {
    format!("<section class=\"card\">\n<h2>{}</h2>\n<p class=\"note\">{note}</p>\n{content}</section>\n", escape(title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{bare, sample};
    use crate::report::Stage;

    /// Set this to a file name to look at the sample page.
    const KEEP: &str = "BACKSTOP_SAMPLE_PAGE";

    #[test]
    fn the_page_shows_everything_and_needs_nothing() {
        let page = render(&sample());
        if let Ok(path) = std::env::var(KEEP) {
            std::fs::write(path, &page).expect("written");
        }
        for heading in [
            "Who bore the loss",
            "Price",
            "Health",
            "Auctions",
            "Insurance fund",
            "Vaults",
            "Timeline",
        ] {
            assert!(page.contains(heading), "{heading}");
        }
        for stage in Stage::ALL {
            assert!(
                page.contains(&format!("stage-{}", stage.label())),
                "{stage:?}"
            );
        }
        for outside in ["http://", "https://", "src=", "<link", "@import", "url(h"] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(
            !page.contains("NaN") && !page.contains("inf\""),
            "a coordinate is not a number"
        );
    }

    #[test]
    fn elements_are_balanced() {
        let page = render(&sample());
        for tag in [
            "svg", "table", "section", "div", "g", "text", "title", "tr", "td", "th", "p", "span",
        ] {
            let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
            let opened = page
                .match_indices(&open)
                .filter(|(at, _)| page[at + open.len()..].starts_with([' ', '>', '\n']));
            assert_eq!(opened.count(), page.matches(&close).count(), "{tag}");
        }
    }

    #[test]
    fn text_of_users_is_never_markup() {
        let mut recording = sample();
        let attack = "<script>alert(1)</script>\"'&";
        recording.meta.title = attack.into();
        recording.meta.candles = Some(attack.into());
        recording.timeline[3].who = attack.into();
        recording.timeline[3].text = attack.into();
        recording.record_health(attack, recording.accounts[0].points[0]);
        recording
            .auction_mut(attack)
            .points
            .extend(sample().auctions[0].points.clone());
        recording.settlement.as_mut().expect("kept").vaults[0].name = attack.into();
        let page = render(&recording);
        assert!(!page.contains("<script>alert"));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
    }

    #[test]
    fn a_recording_of_almost_nothing_is_still_a_page() {
        for recording in [bare(), Recording::default()] {
            let page = render(&recording);
            assert!(page.contains("Market only"));
            assert!(!page.contains("NaN"));
        }
    }

    #[test]
    fn a_missing_atom_is_shown() {
        let mut recording = sample();
        recording.settlement.as_mut().expect("kept").vaults[1].actual_atoms += 1;
        let page = render(&recording);
        assert!(page.contains("do not close") && page.contains("(+1)"));
        assert!(!page.contains("accounted for to the atom"));
    }
}
