//! `==> step (n/m) name`, and how long each took.

use anyhow::{Context, Result};
use std::time::Instant;

/// One step: its name and what it does.
type Step<'a> = (&'a str, Box<dyn FnOnce() -> Result<()> + 'a>);

/// A numbered list of steps; stops at the first that fails.
pub(crate) struct Steps<'a> {
    steps: Vec<Step<'a>>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new() -> Self {
        Self { steps: Vec::new() }
    }

    /// Adds a step at the end.
    pub(crate) fn then(mut self, name: &'a str, step: impl FnOnce() -> Result<()> + 'a) -> Self {
        self.steps.push((name, Box::new(step)));
        self
    }

    /// Runs the steps in order and prints the times; `done` is the last line.
    ///
    /// # Errors
    /// The first failing step's, with its name in front.
    pub(crate) fn run(self, done: &str) -> Result<()> {
        let (count, start) = (self.steps.len(), Instant::now());
        for (index, (name, step)) in self.steps.into_iter().enumerate() {
            let number = index + 1;
            println!("==> step ({number}/{count}) {name}");
            let began = Instant::now();
            step().with_context(|| format!("step ({number}/{count}) {name}"))?;
            println!("    {name}: {}", seconds(began));
        }
        println!("==> {done} ({})", seconds(start));
        Ok(())
    }
}

fn seconds(since: Instant) -> String {
    let total = since.elapsed().as_secs();
    match total / 60 {
        0 => format!("{total} s"),
        minutes => format!("{minutes} min {} s", total % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn stops_at_the_first_failure_and_names_it() {
        let seen = RefCell::new(Vec::new());
        let step = |name: &'static str| seen.borrow_mut().push(name);
        let error = Steps::new()
            .then("one", || {
                step("one");
                Ok(())
            })
            .then("two", || anyhow::bail!("the reason"))
            .then("three", || {
                step("three");
                Ok(())
            })
            .run("done")
            .unwrap_err();
        assert_eq!(format!("{error:#}"), "step (2/3) two: the reason");
        assert_eq!(*seen.borrow(), ["one"]);
    }
}
