//! `bench`: measurements against the committed bounds in `bench/ceilings.json`.
//!
//! The measuring is done by `cargo run -p backstop-tests --bin bench`, which prints one
//! `name value unit` a line; the program's size is added here.

use crate::{
    bench_native, bench_vm, build,
    project::{output, run, Project},
};
use anyhow::{bail, Context, Result};
use clap::Args;
use serde_json::{json, Map, Value};
use std::{
    env, fs, io,
    process::{Command, Stdio},
};

const BOUNDS: &str = "bench/ceilings.json";
const TABLE: &str = "bench/table.md";
const SIZE: &str = "program_binary";

#[derive(Args)]
pub(crate) struct Options {
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
    /// Rewrite bench/table.md (with --native: bench/native.md)
    #[arg(long)]
    write: bool,
    /// Time the kernel on this machine instead, beside QuantLib, and search ten million cells for errors
    #[arg(long, conflicts_with = "json")]
    native: bool,
}

/// One measured quantity with its bounds.
struct Row {
    name: String,
    value: f64,
    unit: String,
    ceiling: Option<f64>,
    floor: Option<f64>,
    reason: String,
}

/// `cargo xtask bench`. With `--json` only the object goes to stdout.
///
/// # Errors
/// Every value outside its bound, and every ceiling more than 10 % above its value.
pub(crate) fn bench(project: &Project, options: &Options) -> Result<()> {
    if options.native {
        return bench_native::bench(project, options.write);
    }
    if options.json {
        // Only the object may go to stdout.
        let mut build = Command::new(env::current_exe()?);
        run(build
            .args(["build", "--no-idl"])
            .stdout(Stdio::from(io::stderr())))?;
    } else {
        build::setup(project)?;
        build::program(project)?;
    }
    bench_vm::compile(project)?;
    let args = [
        "run",
        "--quiet",
        "--locked",
        "-p",
        "backstop-tests",
        "--bin",
        "bench",
    ];
    let rows = measure(project, &mut project.cargo(&args))?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&object(&rows))?);
    } else {
        print!("{}", table(&rows));
    }
    if options.write {
        fs::write(project.path(TABLE), table(&rows))
            .with_context(|| format!("cannot write {TABLE}"))?;
    }
    verdict(&rows)
}

/// After `cargo test --workspace`, which has built the measuring binary: runs it as it is, for
/// `cargo run -p` would compile hundreds of crates again with a smaller set of features.
///
/// # Errors
/// As [`bench`].
pub(crate) fn within_bounds(project: &Project) -> Result<()> {
    bench_vm::compile(project)?;
    let mut built = Command::new(project.path("target/debug/bench"));
    let rows = measure(project, built.current_dir(project.path(".")))?;
    print!("{}", table(&rows));
    verdict(&rows)
}

fn measure(project: &Project, bench: &mut Command) -> Result<Vec<Row>> {
    let size = fs::metadata(project.path(build::PROGRAM))?.len();
    let bounds: Value = serde_json::from_str(&project.read(BOUNDS)?)
        .with_context(|| format!("{BOUNDS} is not JSON"))?;
    let measured = output(bench)?;
    merge(&format!("{measured}{SIZE} {size} bytes\n"), &bounds)
}

/// Joins `name value unit` lines with the bounds, in the order of the names.
///
/// # Errors
/// Names the line that is no measurement, the name without bounds, or the bound without a value.
fn merge(measured: &str, bounds: &Value) -> Result<Vec<Row>> {
    let bounds = bounds
        .as_object()
        .with_context(|| format!("{BOUNDS} is no object"))?;
    let mut rows = Vec::new();
    for line in measured.lines().filter(|line| !line.trim().is_empty()) {
        rows.push(row(line, bounds)?);
    }
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) = rows.windows(2).find(|pair| pair[0].name == pair[1].name) {
        bail!("`{}` was measured twice", pair[0].name);
    }
    if let Some(name) = bounds
        .keys()
        .find(|name| !rows.iter().any(|row| &row.name == *name))
    {
        bail!("`{name}` has bounds in {BOUNDS} but was not measured");
    }
    Ok(rows)
}

fn row(line: &str, bounds: &Map<String, Value>) -> Result<Row> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [name, value, unit] = words[..] else {
        bail!("`{line}` is not `name value unit`");
    };
    let value: f64 = value
        .parse()
        .with_context(|| format!("`{line}` has no number"))?;
    let bound = bounds
        .get(name)
        .with_context(|| format!("`{name}` ({value} {unit}) has no entry in {BOUNDS}"))?;
    if bound["unit"] != unit {
        bail!(
            "`{name}` is measured in {unit}, {BOUNDS} says {}",
            bound["unit"]
        );
    }
    let reason = bound["reason"]
        .as_str()
        .with_context(|| format!("`{name}` has no reason in {BOUNDS}"))?;
    Ok(Row {
        name: name.into(),
        value,
        unit: unit.into(),
        ceiling: bound["ceiling"].as_f64(),
        floor: bound["floor"].as_f64(),
        reason: reason.into(),
    })
}

/// What is wrong with a row, if anything.
fn fault(row: &Row) -> Option<String> {
    let Row {
        name, value, unit, ..
    } = row;
    match (row.ceiling, row.floor) {
        (Some(ceiling), _) if *value > ceiling => Some(format!("{name}: {value} {unit} is above its ceiling {ceiling}")),
        (Some(ceiling), _) if ceiling > value * 1.1 => {
            Some(format!("{name}: the ceiling {ceiling} is more than 10 % above the value {value} {unit}; lower it in {BOUNDS}"))
        }
        (_, Some(floor)) if *value < floor => Some(format!("{name}: {value} {unit} is below its floor {floor}")),
        _ => None,
    }
}

fn verdict(rows: &[Row]) -> Result<()> {
    let faults: Vec<String> = rows.iter().filter_map(fault).collect();
    if !faults.is_empty() {
        bail!(
            "measurements and bounds disagree:\n  {}",
            faults.join("\n  ")
        );
    }
    Ok(())
}

/// `{"name": {"value", "unit", "ceiling" or "floor", "reason"}}`; a comparison has a null ceiling.
fn object(rows: &[Row]) -> Value {
    let entries = rows.iter().map(|row| {
        let mut entry = json!({"value": number(row.value), "unit": row.unit, "reason": row.reason});
        match row.floor {
            Some(floor) => entry["floor"] = number(floor),
            None => entry["ceiling"] = row.ceiling.map_or(Value::Null, number),
        }
        (row.name.clone(), entry)
    });
    Value::Object(entries.collect())
}

/// Whole numbers without a decimal point.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

fn table(rows: &[Row]) -> String {
    let mut text =
        String::from("| what | value | unit | bound | reason |\n|---|---:|---|---:|---|\n");
    for row in rows {
        let bound = match (row.ceiling, row.floor) {
            (Some(ceiling), _) => format!("≤ {ceiling}"),
            (None, Some(floor)) => format!("≥ {floor}"),
            (None, None) => "–".into(),
        };
        text += &format!(
            "| {} | {} | {} | {bound} | {} |\n",
            row.name, row.value, row.unit, row.reason
        );
    }
    text
}

#[cfg(test)]
#[path = "bench_tests.rs"]
mod tests;
