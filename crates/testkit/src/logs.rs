//! Reads what the runtime writes into a transaction's log.

use solana_pubkey::Pubkey;

/// Prefix under which Anchor logs the name of the instruction it dispatches to.
const NAME_PREFIX: &str = "Program log: Instruction: ";

/// What one instruction of a transaction cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructionCost {
    /// The program it was addressed to.
    pub program: Pubkey,
    /// Its name as Anchor logs it (`Deposit`), if it did.
    pub name: Option<String>,
    /// Compute units it consumed, calls included.
    pub cu: u64,
}

/// Cost of each instruction of the transaction, in order. Builtin programs report no consumption and are left
/// out.
pub(crate) fn instruction_costs(logs: &[String]) -> Vec<InstructionCost> {
    let mut costs = Vec::new();
    let mut name = None;
    for (stack, line) in with_stack(logs) {
        if stack.len() != 1 {
            continue;
        }
        if let Some(text) = line.strip_prefix(NAME_PREFIX) {
            name.get_or_insert_with(|| text.to_owned());
        } else if is_end(line) {
            name = None;
        } else if let Some(cu) = consumed(line) {
            costs.push(InstructionCost {
                program: stack[0],
                name: name.take(),
                cu,
            });
        }
    }
    costs
}

/// The base64 texts that `program` logged as data.
pub(crate) fn program_data<'a>(
    logs: &'a [String],
    program: &'a Pubkey,
) -> impl Iterator<Item = &'a str> {
    with_stack(logs)
        .into_iter()
        .filter(move |(stack, _)| stack.last() == Some(program))
        .filter_map(|(_, line)| line.strip_prefix("Program data: "))
}

/// Each line with the programs on the invocation stack while it was written, outermost first. The lines that
/// open and close an invocation count as the invoked program's.
fn with_stack(logs: &[String]) -> Vec<(Vec<Pubkey>, &str)> {
    let mut stack: Vec<Pubkey> = Vec::new();
    let mut lines = Vec::with_capacity(logs.len());
    for line in logs {
        if let Some(program) = invoked(line) {
            stack.push(program);
        }
        lines.push((stack.clone(), line.as_str()));
        if is_end(line) {
            stack.pop();
        }
    }
    lines
}

fn invoked(line: &str) -> Option<Pubkey> {
    let (program, rest) = line.strip_prefix("Program ")?.split_once(' ')?;
    rest.strip_prefix("invoke [")?;
    program.parse().ok()
}

fn is_end(line: &str) -> bool {
    let verdict = line
        .strip_prefix("Program ")
        .and_then(|line| line.split_once(' '))
        .filter(|(program, _)| program.parse::<Pubkey>().is_ok())
        .map(|(_, rest)| rest);
    verdict.is_some_and(|rest| rest == "success" || rest.starts_with("failed"))
}

fn consumed(line: &str) -> Option<u64> {
    let (program, rest) = line.strip_prefix("Program ")?.split_once(' ')?;
    program.parse::<Pubkey>().ok()?;
    let (cu, _) = rest.strip_prefix("consumed ")?.split_once(' ')?;
    cu.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::address;

    fn log() -> Vec<String> {
        let (outer, token) = (address("outer"), address("token"));
        let mut lines = vec![
            "Program ComputeBudget111111111111111111111111111111 invoke [1]".into(),
            "Program ComputeBudget111111111111111111111111111111 success".into(),
            format!("Program {outer} invoke [1]"),
            "Program log: Instruction: Deposit".into(),
            "Program data: AQ==".into(),
            format!("Program {token} invoke [2]"),
            "Program log: Instruction: Transfer".into(),
            "Program data: Ag==".into(),
            format!("Program {token} consumed 70 of 900 compute units"),
            format!("Program {token} success"),
            "Program data: Aw==".into(),
            format!("Program {outer} consumed 170 of 1000 compute units"),
            format!("Program {outer} success"),
        ];
        lines.push(format!("Program {token} invoke [1]"));
        lines.push(format!("Program {token} consumed 5 of 830 compute units"));
        lines.push(format!("Program {token} failed: custom program error: 0x1"));
        lines
    }

    #[test]
    fn costs_are_those_of_the_outer_instructions_under_their_own_names() {
        let costs = instruction_costs(&log());
        let of = |program: &str, name: Option<&str>, cu| InstructionCost {
            program: address(program),
            name: name.map(str::to_owned),
            cu,
        };
        let expected = [of("outer", Some("Deposit"), 170), of("token", None, 5)];
        assert_eq!(costs, expected);
    }

    #[test]
    fn data_belongs_to_the_program_on_top_of_the_stack() {
        let (logs, outer) = (log(), address("outer"));
        let data: Vec<_> = program_data(&logs, &outer).collect();
        assert_eq!(data, ["AQ==", "Aw=="]);
        let token = address("token");
        let data: Vec<_> = program_data(&logs, &token).collect();
        assert_eq!(data, ["Ag=="]);
    }
}
