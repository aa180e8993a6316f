//! How often each instruction was tried, how often it landed, and why it did not.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Counts of one instruction.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// Sent.
    pub attempted: u64,
    /// Landed.
    pub landed: u64,
    /// Refusals by error code; 0 stands for refusals that were no code of the program.
    pub refused: BTreeMap<u32, u64>,
}

/// Counts by instruction.
#[derive(Clone, Debug, Default)]
pub struct Table(pub BTreeMap<String, Count>);

impl Table {
    /// Adds another run's counts.
    pub fn add(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            let sum = self.0.entry(name.clone()).or_default();
            sum.attempted += count.attempted;
            sum.landed += count.landed;
            for (code, times) in &count.refused {
                *sum.refused.entry(*code).or_default() += times;
            }
        }
    }

    /// The counts of one instruction.
    pub fn of(&mut self, name: &str) -> &mut Count {
        self.0.entry(name.to_owned()).or_default()
    }

    /// Attempts and landings of all instructions together.
    pub fn totals(&self) -> (u64, u64) {
        let sums = self.0.values().map(|count| (count.attempted, count.landed));
        sums.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// One line an instruction.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, count) in &self.0 {
            let _ = write!(text, "{name:<22} {:>6} of {:>6} landed", count.landed, count.attempted);
            for (code, times) in &count.refused {
                let _ = write!(text, "  {code}×{times}");
            }
            text.push('\n');
        }
        let (attempted, landed) = self.totals();
        let _ = writeln!(text, "{:<22} {landed:>6} of {attempted:>6} landed", "all");
        text
    }
}
