//! Writes the files of a report, each complete or not at all.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{text, Recording};

/// The files written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The page to look at.
    pub html: PathBuf,
    /// Everything, for programs.
    pub json: PathBuf,
    /// Timeline and final tables, as printed.
    pub text: PathBuf,
}

/// A report that could not be written.
#[derive(Debug)]
pub struct DeliverError {
    path: PathBuf,
    doing: &'static str,
    reason: String,
}

impl fmt::Display for DeliverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        write!(
            f,
            "cannot {} {path} ({}); free space or name another folder with --out",
            self.doing, self.reason
        )
    }
}

impl std::error::Error for DeliverError {}

/// Writes `report.html`, `recording.json` and `timeline.txt` into a folder, which is made if need be. Each file is
/// written beside its place and then moved there, so that an interrupted run leaves the older report whole.
///
/// # Errors
/// [`DeliverError`] naming the path and the operating system's reason.
pub fn deliver(recording: &Recording, folder: &Path) -> Result<Delivered, DeliverError> {
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, "make the folder", error))?;
    let json = serde_json::to_string_pretty(recording)
        .map_err(|error| failed(folder, "express the recording as JSON for", error))?;
    let pages = format!(
        "{}\n{}\n{}",
        text::timeline(recording),
        text::final_tables(recording),
        text::verdict(recording)
    );
    Ok(Delivered {
        html: write(folder, "report.html", &super::to_html(recording))?,
        json: write(folder, "recording.json", &json)?,
        text: write(folder, "timeline.txt", &pages)?,
    })
}

fn failed(path: &Path, doing: &'static str, error: impl fmt::Display) -> DeliverError {
    DeliverError {
        path: path.to_owned(),
        doing,
        reason: error.to_string(),
    }
}

fn write(folder: &Path, name: &str, content: &str) -> Result<PathBuf, DeliverError> {
    let (path, partial) = (folder.join(name), folder.join(format!(".{name}.partial")));
    std::fs::write(&partial, content).map_err(|error| failed(&path, "write", error))?;
    std::fs::rename(&partial, &path).map_err(|error| failed(&path, "put into place", error))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample;

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("backstop-deliver-{name}-{}", std::process::id()))
    }

    #[test]
    fn three_files_and_the_json_reads_back() {
        let folder = folder("three");
        let recording = sample();
        let files = deliver(&recording, &folder).expect("written");
        let json = std::fs::read_to_string(&files.json).expect("readable");
        assert_eq!(
            serde_json::from_str::<Recording>(&json).expect("valid"),
            recording
        );
        let html = std::fs::read_to_string(&files.html).expect("readable");
        assert!(html.starts_with("<!doctype html>"));
        assert!(std::fs::read_to_string(&files.text)
            .expect("readable")
            .contains("The books close"));
        assert_eq!(
            std::fs::read_dir(&folder).expect("listed").count(),
            3,
            "no partial file is left"
        );
        std::fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn a_folder_that_is_a_file_is_named() {
        let path = folder("file");
        std::fs::write(&path, "x").expect("written");
        let error = deliver(&sample(), &path)
            .expect_err("no folder")
            .to_string();
        assert!(
            error.contains(&path.display().to_string()) && error.contains("--out"),
            "{error}"
        );
        std::fs::remove_file(&path).expect("removed");
    }
}
