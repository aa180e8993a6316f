//! Genesis of market 1 beside a complete market 0.

use backstop_client::migration::Step;

use super::Album;
use crate::twin::Twin;

/// Name of the instruction a step of the genesis file runs.
fn instruction_of(step: &str) -> &str {
    match step {
        "create_shards" => "create_shard",
        other => other,
    }
}

/// The first step of that name, and the rest.
fn take(steps: Vec<Step>, name: &str) -> (Step, Vec<Step>) {
    let (mut found, rest): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| step.0 == name);
    (found.remove(0), rest)
}

impl Album {
    /// Runs genesis of both markets to the seal; a scene for the first of every step, and both collaterals.
    pub fn genesis(&mut self) -> Twin {
        let (mut twin, first, second) = Twin::before_genesis();
        let (start, first) = take(first, "initialize_protocol");
        let (end, first) = take(first, "seal");
        let (_, second) = take(second, "initialize_protocol");
        let (_, second) = take(second, "seal");

        self.keep(&start.0, &twin, &["genesis"], start.1.clone(), None);
        twin.run(&start);
        for step in &first {
            twin.run(step);
        }
        let mut before = String::new();
        for (step, other) in second.into_iter().zip(&first) {
            let name = match (step.0.as_str(), before == step.0) {
                ("create_shards", true) => None,
                (name, false) => Some(instruction_of(name).to_owned()),
                (name, true) => Some(format!("{name}:again")),
            };
            if let Some(name) = name {
                let other = Some(other.1.clone());
                self.keep(&name, &twin, &["genesis"], step.1.clone(), other);
            }
            twin.run(&step);
            before = step.0;
        }
        self.keep(&end.0, &twin, &["genesis"], end.1.clone(), None);
        twin.run(&end);
        twin
    }
}
