//! Names in documents: paths, functions, fields, errors.

use super::{Repository, MADE};

/// The words of a source: letters, digits and underscores.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !is_word(character))
        .filter(|word| !word.is_empty())
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The tests of a source: functions below `#[test]`, other attributes and comments between.
pub(super) fn tests(text: &str) -> impl Iterator<Item = &str> {
    text.split("#[test]").skip(1).filter_map(|rest| {
        let lines = rest.lines().map(str::trim);
        let line = lines
            .filter(|line| !line.is_empty() && !line.starts_with("#[") && !line.starts_with("//"))
            .find_map(|line| line.strip_prefix("fn "))?;
        words(line).next()
    })
}

impl Repository {
    /// Why a piece of code between backticks speaks of nothing that is there.
    pub(super) fn unknown_name(&self, code: &str) -> Option<String> {
        let code = code.trim_end_matches("()");
        if is_path(code) {
            return (!self.has_path(code)).then(|| format!("there is no path `{code}`"));
        }
        if !is_name(code) {
            return None;
        }
        let last = code.rsplit("::").next().unwrap_or(code);
        let start = last.trim_end_matches('*');
        let is_known = if start.starts_with('_') {
            self.words.iter().any(|word| word.ends_with(start))
        } else if start != last || start.ends_with('_') {
            self.words.iter().any(|word| word.starts_with(start))
        } else {
            self.words.contains(last)
        };
        (!is_known).then(|| format!("no source knows `{code}`"))
    }

    /// Whether a file or folder ends in this path; documents leave out where it begins.
    fn has_path(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let first = path.split('/').next().unwrap_or(path);
        let ends = |whole: &String| {
            let rest = whole.strip_suffix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        MADE.contains(&first) || self.paths.iter().any(ends)
    }

    /// Whether a test has this name: `function` or `file::function`.
    pub(super) fn has_test(&self, name: &str) -> bool {
        match name.split_once("::") {
            Some((file, test)) => self.tests.contains(&(file.to_owned(), test.to_owned())),
            None => self.tests.iter().any(|(_, test)| test == name),
        }
    }
}

/// A path of this repository: slashes between plain parts, or the name of a file of ours.
fn is_path(code: &str) -> bool {
    let is_plain = |part: &str| {
        let mut characters = part.chars();
        characters.all(|one| is_word(one) || one == '.' || one == '-')
    };
    let file = code.rsplit('/').next().unwrap_or(code);
    let ends = [".rs", ".md", ".toml", ".json", ".tsv", ".txt", ".svg"];
    let is_file = file.len() > 5 && ends.iter().any(|end| file.ends_with(end));
    let is_ratio = code.chars().all(|one| !one.is_ascii_lowercase());
    !code.starts_with('/')
        && code.split('/').all(is_plain)
        && !is_ratio
        && (code.contains('/') || is_file)
}

/// A name only code has: with an underscore, a double colon, or a capital inside; maybe only its beginning or,
/// for units, its end. What is shorter than four is a symbol of a formula.
fn is_name(code: &str) -> bool {
    let start = code.strip_suffix('*').unwrap_or(code);
    let mut parts = start.split("::");
    let is_plain = parts.all(|part| {
        let first = part.chars().next();
        first.is_some_and(|one| !one.is_ascii_digit()) && part.chars().all(is_word)
    });
    let inner = start.get(1..).unwrap_or_default();
    let has_capital = start.starts_with(|one: char| one.is_ascii_uppercase())
        && inner.contains(|one: char| one.is_ascii_uppercase())
        && inner.contains(|one: char| one.is_ascii_lowercase());
    is_plain && start.len() > 3 && (start.contains('_') || start.contains("::") || has_capital)
}
