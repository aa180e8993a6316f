//! The measuring program in a world of its own.

use std::path::PathBuf;

use backstop_client::plan::{asking, MOST_UNITS};
use backstop_testkit::World;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Where the program lives. It owns nothing.
const ADDRESS: Pubkey = Pubkey::new_from_array([7; 32]);

/// One answer: what the work cost and what came out.
pub struct Measured {
    /// Compute units between the marks, less those of the marks.
    pub cu: u64,
    /// The function's result.
    pub answer: Vec<u8>,
}

impl Measured {
    /// Eight bytes of the answer at `word`.
    ///
    /// # Panics
    /// If it is shorter.
    pub fn word(&self, word: usize) -> u64 {
        let bytes = &self.answer[8 * word..8 * word + 8];
        u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
    }

    /// Sixteen bytes of the answer at `double`.
    ///
    /// # Panics
    /// If it is shorter.
    pub fn wide(&self, double: usize) -> u128 {
        let bytes = &self.answer[16 * double..16 * double + 16];
        u128::from_le_bytes(bytes.try_into().expect("sixteen bytes"))
    }
}

/// The program of `bench/vm`, loaded.
pub struct Machine {
    world: World,
}

impl Machine {
    /// # Panics
    /// With the command to run if the program is not built.
    pub fn new() -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../target/bench-vm/deploy/backstop_bench_vm.so");
        let bytes = std::fs::read(&path).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; it is built by: cargo xtask bench",
                path.display()
            )
        });
        let world = World::at(ADDRESS, &bytes).expect("the measuring program loads");
        Self {
            world: world.without_signature_checks(),
        }
    }

    /// Runs one instruction; none if the program answers that it cannot.
    ///
    /// # Panics
    /// If it neither answers nor says so, or leaves no marks.
    pub fn ask(&mut self, code: u8, arguments: &[u8]) -> Option<Measured> {
        let data = [&[code], arguments].concat();
        let instruction = Instruction {
            program_id: ADDRESS,
            accounts: Vec::new(),
            data,
        };
        let all = [asking(MOST_UNITS), instruction];
        let landed = match self.world.simulate(&all, &[]) {
            Ok(landed) => landed,
            Err(failed) if failed.code() == Some(1) => return None,
            Err(failed) => panic!("instruction {code}: {failed}"),
        };
        let marks: Vec<u64> = landed.logs.iter().filter_map(|line| mark(line)).collect();
        let [before, after, still] = marks[..] else {
            panic!("instruction {code} left the marks {marks:?}");
        };
        let (_, answer) = landed.return_data.expect("an answer");
        Some(Measured {
            cu: (before - after) - (after - still),
            answer,
        })
    }
}

fn mark(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("Program consumption: ")?;
    rest.split(' ').next()?.parse().ok()
}

/// Costs of one kind of work.
#[derive(Default)]
pub struct Costs(Vec<u64>);

impl Costs {
    pub fn note(&mut self, cu: u64) {
        self.0.push(cu);
    }

    pub fn most(&self) -> u64 {
        self.0
            .iter()
            .copied()
            .max()
            .expect("something was measured")
    }

    pub fn median(&self) -> u64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted[sorted.len() / 2]
    }
}
