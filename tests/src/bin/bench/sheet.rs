//! The measurements.

use std::collections::BTreeMap;

use backstop_interface::ID;
use backstop_testkit::{expect_landed, Footprint, Landed, Outcome, Wire};

/// Measurements by name.
#[derive(Default)]
pub struct Sheet {
    rows: BTreeMap<String, (f64, &'static str)>,
    footprint: Footprint,
    wire: Wire,
}

impl Sheet {
    /// Notes the compute units of an instruction that must land; of several with one name the dearest counts.
    ///
    /// # Panics
    /// If it does not land.
    pub fn note(&mut self, name: &str, outcome: Outcome) -> Landed {
        let landed = expect_landed(outcome);
        self.footprint = self.footprint.max(landed.footprint.unwrap_or_default());
        self.widen(landed.wire);
        let cu = landed.program_cu(&ID);
        let row = self.rows.entry(name.to_owned()).or_insert((0.0, "CU"));
        row.0 = row.0.max(cu as f64);
        landed
    }

    /// Notes any count.
    pub fn set(&mut self, name: &str, value: u64, unit: &'static str) {
        self.rows.insert(name.to_owned(), (value as f64, unit));
    }

    /// Notes any number, with two digits.
    pub fn set_part(&mut self, name: &str, value: f64, unit: &'static str) {
        let rounded = (value * 100.0).round() / 100.0;
        self.rows.insert(name.to_owned(), (rounded, unit));
    }

    /// A number noted before.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn value(&self, name: &str) -> f64 {
        self.rows[name].0
    }

    /// Notes the dearest of some rows under one more name.
    ///
    /// # Panics
    /// If one of them was not measured.
    pub fn dearest_of(&mut self, name: &str, rows: &[&str]) {
        let most = rows.iter().map(|row| self.value(row));
        self.rows
            .insert(name.to_owned(), (most.fold(0.0, f64::max), "CU"));
    }

    /// Counts bytes and accounts of a transaction among those of all.
    pub fn widen(&mut self, wire: Wire) {
        self.wire = self.wire.max(wire);
    }

    /// The most bytes and accounts of any transaction noted so far.
    pub fn wire(&self) -> Wire {
        self.wire
    }

    /// The most heap and stack any instruction noted so far needed; zero outside traced worlds.
    pub fn footprint(&self) -> Footprint {
        self.footprint
    }

    /// `name value unit`, by name.
    pub fn lines(&self) -> Vec<String> {
        self.rows
            .iter()
            .map(|(name, (value, unit))| format!("{name} {value} {unit}"))
            .collect()
    }
}
