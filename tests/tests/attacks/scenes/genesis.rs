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

impl Album {
    /// Runs genesis of both markets to the seal; a scene for the first of every step, and both collaterals.
    pub fn genesis(&mut self) -> Twin {
        let (mut twin, first, second) = Twin::before_genesis();
        let whole = |steps: Vec<Step>, names: [&str; 1]| -> (Vec<Step>, Vec<Step>) {
            steps
                .into_iter()
                .partition(|(name, _)| names.contains(&name.as_str()))
        };
        let (start, first) = whole(first, ["initialize_protocol"]);
        let (end, first) = whole(first, ["seal"]);
        let second = second
            .into_iter()
            .filter(|(name, _)| name != "initialize_protocol" && name != "seal");
        let (start, end) = (&start[0], &end[0]);

        self.keep(
            "initialize_protocol",
            &twin,
            &["genesis"],
            start.1.clone(),
            None,
        );
        twin.run(start);
        for step in &first {
            twin.run(step);
        }
        let mut before = String::new();
        for (step, other) in second.zip(&first) {
            let again = before == step.0;
            let name = match (step.0.as_str(), again) {
                ("create_shards", true) => None,
                (name, false) => Some(instruction_of(name).to_owned()),
                (name, true) => Some(format!("{name}:again")),
            };
            if let Some(name) = name {
                self.keep(
                    &name,
                    &twin,
                    &["genesis"],
                    step.1.clone(),
                    Some(other.1.clone()),
                );
            }
            twin.run(&step);
            before = step.0;
        }
        self.keep("seal", &twin, &["genesis"], end.1.clone(), None);
        twin.run(end);
        twin
    }
}
