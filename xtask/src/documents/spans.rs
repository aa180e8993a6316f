//! The parts of a Markdown text that can be held against something: links, headings, code between backticks.

/// Lines outside fenced blocks, numbered from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_fenced = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
            return None;
        }
        (!is_fenced).then_some((at + 1, line))
    })
}

/// What stands between single backticks, by line.
pub(super) fn code(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    lines(text).flat_map(|(at, line)| {
        // Two backticks enclose text that holds one: none of our names.
        let plain: String = line.split("``").step_by(2).collect();
        let all: Vec<_> = plain
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
        all.into_iter().map(move |code| (at, code))
    })
}

/// Where the links of a text lead, by line.
pub(super) fn links(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    lines(text).flat_map(|(at, line)| {
        let ends = line.split("](").skip(1);
        let all: Vec<_> = ends
            .filter_map(|rest| rest.split_once(')'))
            .map(|(target, _)| (at, target.to_owned()))
            .collect();
        all
    })
}

/// The anchors a reader gives to headings: lower case, words joined, marks left out.
pub(super) fn headings(text: &str) -> impl Iterator<Item = String> + '_ {
    let titles = lines(text).filter(|(_, line)| line.starts_with('#'));
    titles.map(|(_, line)| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            other => other.is_alphanumeric().then_some(other),
        });
        kept.collect()
    })
}

/// A path written in the document `from`, from the root.
pub(super) fn joined(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
