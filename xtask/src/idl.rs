//! The program's IDL: generated, and compared with the committed one.

use crate::{compat, project::Project};
use anchor_lang_idl::build::IdlBuilder;
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::{env, fs};

const GENERATED: &str = "target/idl/backstop.json";
const COMMITTED: &str = "idls/backstop.json";

/// What generating the IDL found.
pub(crate) struct Generated {
    /// How it differs from the committed one, in one sentence.
    pub(crate) difference: Option<String>,
    /// What of the committed one is gone or changed: whoever was built for it is not served any more.
    pub(crate) broken: Vec<String>,
}

/// Writes `target/idl/backstop.json`. Address, events and errors live in the interface crate, so
/// both packages are passed to the builder; it sets RUSTFLAGS, so it gets a target folder of its own.
///
/// # Errors
/// The builder's, or an IDL without address, errors or instructions.
pub(crate) fn generate(project: &Project) -> Result<Generated> {
    env::set_var("CARGO_TARGET_DIR", project.path("target/idl-build"));
    // The test binaries only print: optimising their dependencies would cost a minute.
    let args = [
        "--locked",
        "--lib",
        "--config=profile.dev.package.\"*\".opt-level=0",
        "-p",
        "backstop",
        "-p",
        "backstop-interface",
    ];
    let built = IdlBuilder::new()
        .program_path(project.path("programs/backstop"))
        .cargo_args(args.map(String::from).to_vec())
        .build();
    env::remove_var("CARGO_TARGET_DIR");
    let idl = serde_json::to_value(
        built.context("the IDL could not be generated; the compiler's message is above")?,
    )?;
    complete(&idl)?;
    let path = project.path(GENERATED);
    fs::create_dir_all(project.path("target/idl"))?;
    fs::write(&path, text(&idl)?).with_context(|| format!("cannot write {}", path.display()))?;
    println!("    {GENERATED}: {}", summary(&idl));
    let committed = project.read(COMMITTED).unwrap_or_default();
    let old = serde_json::from_str::<Value>(&committed);
    Ok(Generated {
        difference: difference(&committed, &idl),
        broken: old.map_or_else(|_| Vec::new(), |old| compat::broken(&old, &idl)),
    })
}

/// Makes the generated IDL the committed one.
///
/// # Errors
/// Names the file that cannot be written.
pub(crate) fn accept(project: &Project) -> Result<()> {
    let text = project.read(GENERATED)?;
    fs::create_dir_all(project.path("idls"))?;
    fs::write(project.path(COMMITTED), text)
        .with_context(|| format!("cannot write {COMMITTED}"))?;
    println!("    {COMMITTED} is now the generated one");
    Ok(())
}

/// Generates the IDL and fails if it is not the committed one.
///
/// # Errors
/// Says what differs and which command accepts it.
pub(crate) fn unchanged(project: &Project) -> Result<()> {
    let generated = generate(project)?;
    additive(&generated)?;
    match generated.difference {
        Some(difference) => bail!("{difference}"),
        None => Ok(()),
    }
}

/// Fails if the program no longer serves who was built for the committed IDL.
///
/// # Errors
/// Names what is gone or changed, and the command that accepts it.
pub(crate) fn additive(generated: &Generated) -> Result<()> {
    if generated.broken.is_empty() {
        return Ok(());
    }
    bail!(
        "the program is not what {COMMITTED} describes and more: if that is meant, `cargo xtask build --accept-idl` accepts it\n  {}",
        generated.broken.join("\n  ")
    )
}

fn text(idl: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(idl)? + "\n")
}

fn count(idl: &Value, part: &str) -> usize {
    idl.get(part).and_then(Value::as_array).map_or(0, Vec::len)
}

fn summary(idl: &Value) -> String {
    let parts = ["instructions", "accounts", "events", "errors", "types"];
    parts
        .map(|part| format!("{} {part}", count(idl, part)))
        .join(", ")
}

/// A builder that was given too few packages leaves parts out without a word.
fn complete(idl: &Value) -> Result<()> {
    if idl
        .get("address")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .is_empty()
    {
        bail!("the generated IDL has no program address: `declare_id!` was not found");
    }
    for part in ["instructions", "errors"] {
        if count(idl, part) == 0 {
            bail!("the generated IDL has no {part}");
        }
    }
    Ok(())
}

fn difference(committed: &str, idl: &Value) -> Option<String> {
    let remedy = "`cargo xtask build --accept-idl` makes the generated one the committed one";
    match serde_json::from_str::<Value>(committed) {
        Ok(old) if &old == idl => None,
        Ok(old) => Some(format!(
            "{COMMITTED} differs from the program in {}; {remedy}",
            differing(&old, idl)
        )),
        Err(_) => Some(format!("{COMMITTED} is missing or not JSON; {remedy}")),
    }
}

/// The top-level parts in which two IDLs differ.
fn differing(old: &Value, new: &Value) -> String {
    let keys = |value: &Value| {
        value
            .as_object()
            .map(|map| map.keys().cloned().collect::<Vec<_>>())
    };
    let mut parts: Vec<String> = [keys(old), keys(new)]
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    parts.sort();
    parts.dedup();
    parts.retain(|part| old.get(part) != new.get(part));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_idl_with_a_part_left_out_is_refused() {
        let whole = json!({"address": "B", "instructions": [1], "errors": [1]});
        complete(&whole).unwrap();
        for (part, said) in [
            ("address", "no program address"),
            ("instructions", "no instructions"),
            ("errors", "no errors"),
        ] {
            let mut idl = whole.clone();
            idl[part] = json!([]);
            assert!(
                complete(&idl).unwrap_err().to_string().contains(said),
                "{part}"
            );
        }
    }

    #[test]
    fn a_difference_names_its_parts() {
        let old = json!({"address": "B", "errors": [1], "types": []});
        let new = json!({"address": "B", "errors": [2], "events": []});
        assert_eq!(differing(&old, &new), "errors, events, types");
        assert_eq!(differing(&old, &old), "");
    }
}
