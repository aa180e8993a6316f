//! Scenarios: who is in the market, how it ends, and where its prices come from.

mod books;
mod check;
mod error;
mod settings;
mod shipped;
mod units;

pub use books::{contracts_for_notional_floor, strike_near};
pub use error::ScenarioError;
pub use settings::*;
pub use shipped::{candles_default, list, shipped, DEFAULT_NAME, NAMES};
pub use units::QUOTE_ATOMS;

use crate::path::{Path, Step};

impl Scenario {
    /// Reads and checks the text of a scenario file; `file` is the name used in messages. A `path_of` is resolved
    /// among the shipped scenarios.
    ///
    /// # Errors
    /// [`ScenarioError::Syntax`] with the parser's line and reason, or the rule of this project that is broken.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let syntax = |reason: toml::de::Error| ScenarioError::Syntax {
            file: file.into(),
            reason: reason.to_string(),
        };
        let mut scenario: Scenario = toml::from_str(text).map_err(syntax)?;
        if let Some(name) = &scenario.path_of {
            if !scenario.anchors.is_empty() {
                return Err(scenario.broken(
                    file,
                    "has both path_of and anchors; one of them gives the prices",
                ));
            }
            let donor = shipped(name)?;
            scenario.start_at = donor.start_at;
            scenario.anchors = donor.anchors;
            scenario.sources = donor.sources.into_iter().chain(scenario.sources).collect();
        }
        check::check(&scenario).map_err(|rule| scenario.broken(file, &rule))?;
        Ok(scenario)
    }

    /// The path of the scenario's own anchors, made worse if it says so; `None` if it has no anchors.
    pub fn own_path(&self) -> Option<Path> {
        let points: Vec<Step> = self
            .anchors
            .iter()
            .map(|anchor| Step {
                at: self.start_at + i64::from(anchor.offset_seconds),
                price: anchor.price,
            })
            .collect();
        self.stressed(Path::from_points(&points)?)
    }

    /// Any path as this scenario makes it; `None` if its stress would push a price to zero.
    pub fn stressed(&self, path: Path) -> Option<Path> {
        match self.stress {
            Some(stress) => path.made_worse(stress.fall_bps, stress.rebound_bps),
            None => Some(path),
        }
    }

    fn broken(&self, file: &str, rule: &str) -> ScenarioError {
        ScenarioError::Rule {
            file: file.into(),
            name: self.name.clone(),
            rule: rule.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl Fn(&str) -> String) -> Result<Scenario, String> {
        let text = include_str!("../../scenarios/may-2021.toml");
        let changed = change(text);
        assert_ne!(changed, text, "the change must change something");
        Scenario::parse("mine.toml", &changed).map_err(|error| error.to_string())
    }

    #[test]
    fn broken_files_say_what_is_wrong() {
        let cases: [(&str, &str, &str); 10] = [
            (
                "share_bps = 3500",
                "share_bps = 3600",
                "add up to 10100 bps",
            ),
            ("strike_bps = 10500", "strike_bps = 1999", "strike_bps 1999"),
            ("\"25.2\"", "\"-25.2\"", "is negative"),
            ("offset_seconds = 9600", "offset_seconds = 9601", "9601"),
            ("offset_seconds = 9600", "offset_seconds = 7200", "7200"),
            ("keepers = 3", "keepers = 0", "keeper"),
            ("keepers = 3", "keepers = 3\ncats = 1", "unknown field"),
            ("name = \"Chloe\"", "name = \"Ada\"", "\"Ada\" twice"),
            (
                "name = \"Chloe\"",
                "name = \"House\"",
                "the replay itself uses",
            ),
            (
                "notional_quote = 2000000",
                "notional_quote = 0",
                "notional_quote",
            ),
        ];
        for (from, to, expected) in cases {
            let error = with(|text| text.replacen(from, to, 1)).expect_err(to);
            assert!(
                error.contains(expected) && error.contains("mine.toml"),
                "{to}: {error}"
            );
        }
    }

    #[test]
    fn prices_come_from_one_place() {
        let error = with(|text| text.replacen("start_at", "path_of = \"march-2020\"\nstart_at", 1))
            .expect_err("both");
        assert!(error.contains("path_of"), "{error}");
    }
}
