//! `bench --native`: the kernel timed on this machine.

use crate::project::{run, Project};
use anyhow::Result;

/// placeholder
pub(crate) fn bench(project: &Project, _write: bool) -> Result<()> {
    run(&mut project.cargo(&["--version"]))
}
