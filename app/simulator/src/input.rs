//! From arguments to everything a replay starts from.

use std::fmt;
use std::path::Path as FilePath;

use sha2::{Digest, Sha256};

use crate::candles::{CandleError, Candles};
use crate::cli::Args;
use crate::path::Path;
use crate::scenario::{candles_default, shipped, Scenario, ScenarioError, DEFAULT_NAME};

/// The bytes of the program to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// An ELF file.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, hex.
    pub sha256: String,
}

/// Everything a replay starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Who is in the market and how it ends.
    pub scenario: Scenario,
    /// Its prices.
    pub path: Path,
    /// The program to be loaded.
    pub program: Program,
    /// The candle file, if prices come from one.
    pub candles: Option<String>,
    /// The seed of everything random.
    pub seed: u64,
}

impl Input {
    /// Spot when the market opens: the first open, or the first anchor.
    pub fn spot_price(&self) -> u64 {
        self.path.first().price
    }

    /// When the options expire, unix seconds: the scenario's delay after the end of the last row, or the last anchor.
    pub fn expiry_at(&self) -> i64 {
        // The path of a candle ends a step before its row does.
        let row_end = if self.candles.is_some() {
            crate::path::STEP_SECONDS
        } else {
            0
        };
        self.path.last().at + row_end + i64::from(self.scenario.times.expiry_after_end_seconds)
    }
}

/// Input that cannot be used.
#[derive(Debug)]
pub enum InputError {
    /// The candle file.
    Candles(CandleError),
    /// The scenario.
    Scenario(ScenarioError),
    /// The program.
    Program { file: String, reason: String },
    /// A scenario made for its own prices pushes others to zero.
    StressTooLarge { scenario: String, file: String },
    /// A scenario of settings only, without prices.
    NoPrices { scenario: String },
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Candles(error) => error.fmt(f),
            Self::Scenario(error) => error.fmt(f),
            Self::Program { file, reason } => {
                write!(
                    f,
                    "{file}: {reason}; `cargo xtask build` makes target/deploy/backstop.so"
                )
            }
            Self::StressTooLarge { scenario, file } => {
                write!(f, "the stress of {scenario} pushes the prices of {file} to zero; choose another scenario")
            }
            Self::NoPrices { scenario } => {
                write!(
                    f,
                    "scenario {scenario} has no anchors of its own; give it prices with --candles"
                )
            }
        }
    }
}

impl std::error::Error for InputError {}

impl From<CandleError> for InputError {
    fn from(error: CandleError) -> Self {
        Self::Candles(error)
    }
}

impl From<ScenarioError> for InputError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

/// Reads and checks everything the arguments name. Prices come from the candle file if there is one, otherwise from
/// the scenario; settings from the scenario if one is named, otherwise from the defaults of the source of prices.
///
/// # Errors
/// An [`InputError`] naming the file and what is wrong with it.
pub fn prepare(args: &Args) -> Result<Input, InputError> {
    let scenario = match (&args.scenario, &args.candles) {
        (Some(name), _) => find_scenario(name)?,
        (None, Some(_)) => candles_default()?,
        (None, None) => shipped(DEFAULT_NAME)?,
    };
    let candles = args.candles.as_ref().map(|file| file.display().to_string());
    let path = match &args.candles {
        Some(file) => {
            let path = Path::from_candles(&Candles::load(file)?, args.seed);
            let too_large = || InputError::StressTooLarge {
                scenario: scenario.name.clone(),
                file: file.display().to_string(),
            };
            scenario.stressed(path).ok_or_else(too_large)?
        }
        None => scenario.own_path().ok_or_else(|| InputError::NoPrices {
            scenario: scenario.name.clone(),
        })?,
    };
    Ok(Input {
        program: read_program(&args.program)?,
        scenario,
        path,
        candles,
        seed: args.seed,
    })
}

/// A shipped scenario by name, or a file if the text looks like one.
fn find_scenario(name: &str) -> Result<Scenario, ScenarioError> {
    if !name.ends_with(".toml") {
        return shipped(name);
    }
    let unreadable = |error: std::io::Error| ScenarioError::Unreadable {
        file: name.into(),
        reason: error.to_string(),
    };
    Scenario::parse(name, &std::fs::read_to_string(name).map_err(unreadable)?)
}

fn read_program(path: &FilePath) -> Result<Program, InputError> {
    let bad = |reason: String| InputError::Program {
        file: path.display().to_string(),
        reason,
    };
    let bytes = std::fs::read(path)
        .map_err(|error| bad(format!("the program cannot be read ({error})")))?;
    if !bytes.starts_with(b"\x7fELF") {
        return Err(bad("is not a compiled program (no ELF header)".into()));
    }
    let sha256 = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Program { bytes, sha256 })
}
