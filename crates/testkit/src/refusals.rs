//! Which instruction was refused with which error, over a whole run of tests.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use backstop_client::names::name_of;
use solana_instruction::Instruction;

use crate::outcome::Failed;

/// Environment variable with the path of a folder. Every process writes a file there, named like itself, of one line
/// `instruction code` for each refusal by a number that it sees for the first time.
const LOG_VARIABLE: &str = "BACKSTOP_REFUSALS";

static SEEN: Mutex<BTreeSet<(&'static str, u32)>> = Mutex::new(BTreeSet::new());

/// Notes what a transaction of these instructions was refused for.
pub(crate) fn note(instructions: &[Instruction], failed: &Failed) {
    let Some(folder) = std::env::var_os(LOG_VARIABLE) else {
        return;
    };
    let at = failed.instruction_index().map(usize::from);
    let refused = at.and_then(|at| instructions.get(at)).and_then(name_of);
    let (Some(name), Some(code)) = (refused, failed.code()) else {
        return;
    };
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.insert((name, code)) {
        let file = PathBuf::from(folder).join(process());
        let file = OpenOptions::new().create(true).append(true).open(&file);
        if let Err(error) = file.and_then(|mut file| writeln!(file, "{name} {code}")) {
            eprintln!("{LOG_VARIABLE}: {error}");
        }
    }
}

/// Name of the running test, without the compiler's hash.
fn process() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.rsplit_once('-')
        .map_or(&*stem, |(name, _)| name)
        .to_owned()
}
