//! Errors that documents name with their number: `Name` (6000), or (`Name`, 6000).

use super::spans;
use std::collections::BTreeMap;

/// Numbers that are not those of the errors before them, by line.
pub(super) fn problems(text: &str, errors: &BTreeMap<String, u64>) -> Vec<(usize, String)> {
    let lines: Vec<(usize, &str)> = spans::lines(text).collect();
    let mut found = Vec::new();
    for (place, (at, line)) in lines.iter().enumerate() {
        // The number may stand at the start of the next line.
        let next = lines.get(place + 1).map_or("", |(_, next)| next.trim());
        let both = format!("{line} {next}");
        for mark in ["` (", "`, "] {
            for (end, _) in both
                .match_indices(mark)
                .filter(|(end, _)| *end < line.len())
            {
                let name = both[..end].rsplit('`').next().unwrap_or_default();
                let shown = number(&both[end + mark.len()..]);
                let (Some(code), Some(shown)) = (errors.get(name), shown) else {
                    continue;
                };
                if *code != shown {
                    found.push((*at, format!("{name} is {code}")));
                }
            }
        }
    }
    found
}

/// Four digits before anything else.
fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 4).then(|| digits.parse().ok())?
}
