//! A folder to set up in, and what a set-up said.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The folder of one test: a kit, and a log of what the stand-ins did.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
}

impl Place {
    /// A fresh folder for one test.
    pub(crate) fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("setup-{test}"));
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn kit(&self) -> PathBuf {
        self.folder.join("kit")
    }

    /// `sbf/setup.sh KIT packages` with the named stand-in first on the PATH.
    pub(crate) fn setup(&self, stand_in: &str) -> Command {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = format!(
            "{}:{}",
            here.join("tests/setup").join(stand_in).display(),
            env::var("PATH").unwrap()
        );
        let mut command = Command::new("bash");
        command
            .arg(here.join("../sbf/setup.sh"))
            .arg(self.kit())
            .arg("packages");
        command
            .env("PATH", path)
            .env("FAKE_LOG", self.folder.join("log"));
        command.env("BACKSTOP_DEBIAN_MIRROR", "http://localhost/debian");
        command
    }

    pub(crate) fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        text.lines().map(String::from).collect()
    }

    pub(crate) fn forget_log(&self) {
        fs::write(self.folder.join("log"), "").unwrap();
    }

    pub(crate) fn kept(&self) -> usize {
        let sums = fs::read_to_string(self.kit().join("debs/SHA256SUMS")).unwrap_or_default();
        sums.lines().count()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The command fails and its last line is the sentence.
pub(crate) fn refuses(command: &mut Command, sentence: &str) {
    let output = command.output().unwrap();
    let text = said(&output);
    let last = text.lines().last().unwrap_or_default();
    assert!(!output.status.success(), "{text}");
    assert!(
        last.starts_with("sbf set-up: ") && last.contains(sentence),
        "{text}"
    );
    assert!(last.contains("run the same command again"), "{text}");
}

pub(crate) fn completes(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Where a tool of this machine is.
pub(crate) fn find(tool: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap();
    let mut found = env::split_paths(&path).map(|folder| folder.join(tool));
    found
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("no {tool} on the PATH"))
}
