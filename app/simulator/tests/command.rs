//! The command: what it refuses and says, what it writes, how it exits.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use backstop_simulator::cli::{run, Args};
use backstop_simulator::input::{prepare, Input};
use backstop_simulator::replay;
use backstop_simulator::report::{Recording, Settlement, Vault};
use clap::Parser;

/// A folder of its own for each test, with a file that passes for a program until it is loaded.
fn world(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("backstop-command-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join("p.so"), b"\x7fELF and more").expect("written");
    folder
}

fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
        .display()
        .to_string()
}

fn args(folder: &Path, more: &[&str]) -> Args {
    let (program, out) = (
        folder.join("p.so").display().to_string(),
        folder.join("out").display().to_string(),
    );
    let fixed = ["backstop-simulator", "--program", &program, "--out", &out];
    Args::try_parse_from(fixed.iter().copied().chain(more.iter().copied()))
        .expect("valid arguments")
}

fn command(folder: &Path, more: &[&str]) -> Output {
    let program = folder.join("p.so");
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstop-simulator"));
    command
        .arg("--program")
        .arg(program)
        .arg("--out")
        .arg(folder.join("out"))
        .args(more);
    command.output().expect("started")
}

/// Asserts that the command refuses its input and says all of `words`.
fn refuses(folder: &Path, more: &[&str], words: &[&str]) {
    let output = command(folder, more);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(words.iter().all(|word| error.contains(word)), "{error}");
    assert!(
        !folder.join("out").exists(),
        "nothing is written for bad input"
    );
}

#[test]
fn bad_input_is_named_and_exits_with_2() {
    let folder = world("bad");
    let file = folder.join("bad.csv").display().to_string();
    std::fs::write(
        &file,
        "open_time_unix,open,high,low,close\n1760130480,100,110,90,-105\n",
    )
    .expect("written");
    refuses(
        &folder,
        &["--candles", &file],
        &["bad.csv, line 2", "close \"-105\"", "negative"],
    );
    refuses(
        &folder,
        &["--candles", "/no/such.csv"],
        &["/no/such.csv", "cannot be read"],
    );
    refuses(
        &folder,
        &["--scenario", "june"],
        &["\"june\"", "october-2025-stressed"],
    );
    refuses(
        &folder,
        &["--scenario", "/no/such.toml"],
        &["/no/such.toml"],
    );
    refuses(
        &folder,
        &["--program", "/no/such.so"],
        &["/no/such.so", "cargo xtask build"],
    );
    refuses(
        &folder,
        &["--program", &file],
        &["bad.csv", "no ELF header"],
    );
    refuses(&folder, &["--seed", "many"], &["many"]);
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn scenarios_are_listed_without_a_program() {
    let folder = world("list");
    let output = command(&folder, &["--list-scenarios", "--program", "/no/such.so"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 4);
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn candles_alone_use_default_parameters_and_expire_an_hour_after_the_last_row() {
    let folder = world("alone");
    let input = prepare(&args(&folder, &["--candles", &data("calm.csv")])).expect("valid");
    assert_eq!(input.scenario.name, "candles");
    assert_eq!(input.spot_price(), 100_000_000_000);
    assert_eq!(input.expiry_at(), 1_760_000_400 + 60 * 60 + 3_600);
    assert_eq!(input.program.sha256.len(), 64);
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_named_scenario_gives_settings_and_stress_to_candles() {
    let folder = world("both");
    let crash = data("sol-usdt-1m-2025-10-10.csv");
    let input = |scenario: &str| {
        prepare(&args(
            &folder,
            &["--candles", &crash, "--scenario", scenario],
        ))
        .expect("valid")
    };
    let (plain, stressed) = (input("october-2025"), input("october-2025-stressed"));
    assert_eq!(plain.path.lowest().price, 141_280_000_000);
    assert!(stressed.path.lowest().price < plain.path.lowest().price);
    assert_eq!(stressed.scenario.name, "october-2025-stressed");
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_scenario_file_of_ones_own_is_read() {
    let folder = world("own");
    let file = folder.join("mine.toml").display().to_string();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/may-2021.toml");
    let text = std::fs::read_to_string(shipped)
        .expect("readable")
        .replace("\"may-2021\"", "\"mine\"");
    std::fs::write(&file, text).expect("written");
    let input = prepare(&args(&folder, &["--scenario", &file])).expect("valid");
    assert_eq!(
        (input.scenario.name.as_str(), input.spot_price()),
        ("mine", 57_600_000_000)
    );
    std::fs::remove_dir_all(folder).expect("removed");
}

fn exit_code(folder: &Path, books: impl FnOnce(&mut Recording)) -> String {
    let replay = |_: &Args, input: &Input| {
        let mut recording = replay::market(input);
        books(&mut recording);
        Ok::<_, String>(recording)
    };
    format!("{:?}", run(&args(folder, &["--quiet"]), replay))
}

fn vault(actual_atoms: u64) -> Settlement {
    let vault = Vault {
        name: "quote".into(),
        mint: "USDC".into(),
        decimals: 6,
        expected_atoms: 5,
        actual_atoms,
    };
    Settlement {
        vaults: vec![vault],
        ..Settlement::default()
    }
}

#[test]
fn the_exit_code_tells_whether_every_atom_is_accounted_for() {
    let folder = world("exit");
    let [zero, one, three] =
        [0_u8, 1, 3].map(|code| format!("{:?}", std::process::ExitCode::from(code)));
    assert_eq!(
        exit_code(&folder, |recording| recording.settlement = Some(vault(5))),
        zero
    );
    assert_eq!(
        exit_code(&folder, |recording| recording.settlement = Some(vault(4))),
        one
    );
    assert!(
        folder.join("out/report.html").exists(),
        "the report is written also when an atom is missing"
    );
    let failing = |_: &Args, _: &Input| Err::<Recording, _>("the chain stopped");
    assert_eq!(format!("{:?}", run(&args(&folder, &[]), failing)), three);
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn equal_seeds_give_equal_recordings() {
    let folder = world("seed");
    let crash = data("sol-usdt-1m-2025-10-10.csv");
    let record = |seed: &str| {
        let input = prepare(&args(&folder, &["--candles", &crash, "--seed", seed])).expect("valid");
        serde_json::to_string(&replay::market(&input)).expect("text")
    };
    assert_eq!(record("5"), record("5"));
    assert_ne!(record("5"), record("6"));
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn each_moment_of_the_market_is_told_once() {
    let folder = world("moments");
    let told = |scenario: &str| {
        let input = prepare(&args(&folder, &["--scenario", scenario])).expect("valid");
        replay::moments(&input)
            .into_iter()
            .map(|event| event.what)
            .collect::<Vec<_>>()
    };
    assert_eq!(told("october-2025"), ["opens", "lowest", "prices end"]);
    assert_eq!(told("march-2020"), ["opens", "prices end"]);
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_broken_rule_of_the_protocol_exits_with_1_and_is_said() {
    let folder = world("violation");
    let broken = |recording: &mut Recording| {
        recording.settlement = Some(vault(5));
        recording.violation = Some("after bid: I1 vault: 4 held, 5 owed".into());
    };
    assert_eq!(
        exit_code(&folder, broken),
        format!("{:?}", std::process::ExitCode::from(1))
    );
    let text = std::fs::read_to_string(folder.join("out/timeline.txt")).expect("written");
    assert!(
        text.contains("did NOT hold after bid: I1 vault"),
        "the verdict names the rule"
    );
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_program_that_does_not_load_is_said_and_exits_with_3() {
    let folder = world("unloadable");
    let output = command(&folder, &["--scenario", "october-2025"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.contains("the program cannot be loaded"), "{error}");
    std::fs::remove_dir_all(folder).expect("removed");
}
