//! Where things are, and how the project's commands start other programs.

use anyhow::{bail, Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folders of one checkout.
pub(crate) struct Project {
    root: PathBuf,
    cache: PathBuf,
}

impl Project {
    /// The checkout this binary was started from by cargo; the cache folder is `.cache` in it, or
    /// the folder named by `BACKSTOP_CACHE`.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask has no parent folder: start it with `cargo xtask`")?
            .to_path_buf();
        let cache = match env::var_os("BACKSTOP_CACHE") {
            Some(folder) if !folder.is_empty() => env::current_dir()?.join(PathBuf::from(folder)),
            _ => root.join(".cache"),
        };
        Ok(Self { root, cache })
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder of installed tools and kept downloads.
    pub(crate) fn cache(&self, relative: &str) -> PathBuf {
        self.cache.join(relative)
    }

    /// `cargo ARGS` in the checkout's root.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.args(args).current_dir(&self.root);
        command
    }

    /// Reads a text file of the checkout.
    ///
    /// # Errors
    /// Names the file.
    pub(crate) fn read(&self, relative: &str) -> Result<String> {
        let path = self.path(relative);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// Runs a command with its output on the terminal.
///
/// # Errors
/// Names the command when it cannot start or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`: is it installed and on the PATH?"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status}); its own message is above");
    }
    Ok(())
}

/// Runs a command and returns what it printed; its errors go to the terminal.
///
/// # Errors
/// Names the command when it cannot start or fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`: is it installed and on the PATH?"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed ({}); its own message is above",
            output.status
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{shown}` printed text that is not UTF-8"))
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a command of this name is on the PATH.
pub(crate) fn on_path(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| is_executable(&folder.join(name)))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Fails unless `megabytes` are free on the disk that holds `folder` (or its nearest parent).
///
/// # Errors
/// Says how much is free, how much is needed and what to do.
pub(crate) fn need_space(folder: &Path, megabytes: u64) -> Result<()> {
    let Some(existing) = folder.ancestors().find(|path| path.exists()) else {
        bail!("the folder {} is on no disk", folder.display());
    };
    let table = output(Command::new("df").args(["-Pk"]).arg(existing))?;
    let free = free_megabytes(&table)
        .with_context(|| format!("cannot read the answer of `df`: {table}"))?;
    if free < megabytes {
        bail!(
            "only {free} MB are free on the disk that holds {}, {megabytes} MB are needed; free some space and run the same command again",
            folder.display()
        );
    }
    Ok(())
}

/// The fourth column of the second line of `df -Pk`, in whole megabytes (rounded down).
fn free_megabytes(table: &str) -> Option<u64> {
    let kilobytes: u64 = table
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()?;
    Some(kilobytes / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DF: &str = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 263174212 12967836 82350000 14% /\n";

    #[test]
    fn free_space_is_read_from_df() {
        assert_eq!(free_megabytes(DF), Some(80_419));
        assert_eq!(free_megabytes("df: no such file"), None);
    }

    #[test]
    fn too_little_space_is_one_sentence_with_the_remedy() {
        let error = need_space(Path::new("/"), u64::MAX)
            .unwrap_err()
            .to_string();
        assert!(error.contains("MB are needed; free some space"), "{error}");
        need_space(Path::new("/no/such/folder/yet"), 0).unwrap();
    }

    #[test]
    fn a_failed_command_is_named() {
        let error = run(Command::new("false").arg("x")).unwrap_err().to_string();
        assert!(error.starts_with("`false x` failed"), "{error}");
        let error = run(&mut Command::new("no-such-tool"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("`no-such-tool`: is it installed"), "{error}");
        assert!(on_path("sh") && !on_path("no-such-tool"));
    }
}
