//! Names of failures.

use backstop_testkit::Failed;

use crate::idl::Idl;

/// Numbers below this are not Anchor's but those of the program called: token or system.
const FIRST_ANCHOR_CODE: u32 = 100;

/// Number and name of a failure: the program's own errors by the description, Anchor's by its log line, those of
/// a program called by that program.
pub fn name_of(failed: &Failed, idl: &Idl) -> String {
    let Some(code) = failed.code() else {
        return match failed.instruction_error() {
            Some(error) => format!("runtime {error:?}"),
            None => format!("runtime {:?}", failed.error),
        };
    };
    if code < FIRST_ANCHOR_CODE {
        return format!("{code} of {}", culprit(&failed.logs));
    }
    let name = idl
        .errors
        .get(&u64::from(code))
        .cloned()
        .or_else(|| anchor_name(&failed.logs));
    format!("{code} {}", name.unwrap_or_default())
}

fn anchor_name(logs: &[String]) -> Option<String> {
    let after = logs
        .iter()
        .rev()
        .find_map(|line| line.split("Error Code: ").nth(1))?;
    after.split('.').next().map(str::to_owned)
}

/// The program that failed first.
fn culprit(logs: &[String]) -> &'static str {
    let line = logs
        .iter()
        .find(|line| line.contains("failed: custom program error"));
    match line {
        Some(line) if line.contains("Tokenkeg") => "token",
        Some(line) if line.contains("TokenzQd") => "token-2022",
        Some(line) if line.contains("Program 1111") => "system",
        _ => "backstop",
    }
}
