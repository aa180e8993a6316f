//! What was measured, and on what.

use std::fmt;
use std::fs;
use std::time::Instant;

/// Rows of a name, a value and what it counts.
#[derive(Default)]
pub struct Table {
    rows: Vec<(String, String)>,
}

impl Table {
    /// Adds a row.
    pub fn row(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.rows.push((name.into(), value.into()));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}.\n\n| what | measured |\n|---|---:|", machine())?;
        self.rows
            .iter()
            .try_for_each(|(name, value)| writeln!(f, "| {name} | {value} |"))
    }
}

/// Processor, number of cores, and how busy the machine was.
fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    format!("{model}, {cores} cores, load average at the end {load}")
}

/// Seconds of all parts, each at its fastest pass: parts are short, so that some pass of each runs
/// undisturbed on a busy machine.
pub fn best_of_parts<T>(items: &[T], part: usize, mut work: impl FnMut(&[T])) -> f64 {
    const PASSES: u32 = 50;
    let parts = items.chunks(part);
    parts.map(|part| best(PASSES, || work(part))).sum()
}

/// Seconds of the fastest of `passes` runs.
pub fn best(passes: u32, mut work: impl FnMut()) -> f64 {
    let times = (0..passes).map(|_| {
        let begin = Instant::now();
        work();
        begin.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

/// A whole number with its thousands apart.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let first = digits.len() % 3;
    let mut text = digits[..first].to_owned();
    for start in (first..digits.len()).step_by(3) {
        if !text.is_empty() {
            text.push(' ');
        }
        text += &digits[start..start + 3];
    }
    text
}
