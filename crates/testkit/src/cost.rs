//! What instructions cost, over a whole run.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::footprint::Footprint;

/// Environment variable with the path of a file to which every world appends its costs when it is dropped.
const LOG_VARIABLE: &str = "BACKSTOP_CU_LOG";

/// The cost of one landed instruction or named transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Name of the instruction as logged, or the name given when sending.
    pub name: String,
    /// Compute units consumed, calls included.
    pub cu: u64,
    /// Heap and stack, in a traced world: of the whole transaction, so that it is the instruction's own only if
    /// the transaction has one instruction of the program.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub footprint: Option<Footprint>,
}

/// A record of costs. Clones share it, and so do the forks of a world.
#[derive(Debug, Clone, Default)]
pub struct CostLog {
    shared: Arc<Mutex<Record>>,
}

#[derive(Debug, Default)]
struct Record {
    costs: Vec<Cost>,
    append_to: Option<PathBuf>,
}

impl CostLog {
    /// An empty log that is appended to the file named by `BACKSTOP_CU_LOG`, if set, when its last owner is
    /// dropped.
    pub(crate) fn from_environment() -> Self {
        let append_to = std::env::var_os(LOG_VARIABLE).map(PathBuf::from);
        Self::appending_to(append_to)
    }

    /// An empty log that is appended to the file, if any, when its last owner is dropped.
    pub fn appending_to(file: Option<PathBuf>) -> Self {
        let record = Record {
            costs: Vec::new(),
            append_to: file,
        };
        Self {
            shared: Arc::new(Mutex::new(record)),
        }
    }

    /// Adds an entry.
    pub fn record(&self, name: &str, cu: u64, footprint: Option<Footprint>) {
        self.lock().costs.push(Cost {
            name: name.to_owned(),
            cu,
            footprint,
        });
    }

    /// Every entry so far, in the order in which the transactions landed.
    pub fn entries(&self) -> Vec<Cost> {
        self.lock().costs.clone()
    }

    /// For each name the dearest of its entries in each respect: compute units, heap, stack.
    pub fn max_by_name(&self) -> BTreeMap<String, Cost> {
        let mut dearest: BTreeMap<String, Cost> = BTreeMap::new();
        for cost in &self.lock().costs {
            let most = dearest
                .entry(cost.name.clone())
                .or_insert_with(|| cost.clone());
            most.cu = most.cu.max(cost.cu);
            most.footprint = match (most.footprint, cost.footprint) {
                (Some(one), Some(other)) => Some(one.max(other)),
                (one, other) => one.or(other),
            };
        }
        dearest
    }

    /// Appends every entry so far to `file` as one JSON object a line, in a single write, so that processes
    /// running at the same time do not mix their lines.
    ///
    /// # Errors
    /// If the file cannot be opened or written.
    pub fn append_json_lines(&self, file: &Path) -> io::Result<()> {
        append(file, &self.lock().costs)
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Some(file) = &self.append_to else {
            return;
        };
        if let Err(error) = append(file, &self.costs) {
            eprintln!(
                "{LOG_VARIABLE}: cannot append to {}: {error}",
                file.display()
            );
        }
    }
}

fn append(file: &Path, costs: &[Cost]) -> io::Result<()> {
    let mut lines = Vec::new();
    for cost in costs {
        serde_json::to_writer(&mut lines, cost)?;
        lines.push(b'\n');
    }
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(&lines)
}
