//! Whether an IDL still serves who was built for another: what was there is there, unchanged; more may be.

use serde_json::Value;

/// What of `old` is gone or different in `new`, one sentence each. Descriptions may change; a field may be
/// taken from the front of an account's reserve.
pub(crate) fn broken(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if old["address"] != new["address"] {
        found.push("the address of the program changed".to_owned());
    }
    let parts: [(&str, &str, Judge); 5] = [
        ("instructions", "instruction", instruction),
        ("accounts", "account", tagged),
        ("events", "event", tagged),
        ("errors", "error", error),
        ("types", "type", |old, new, idl| layout(old, new, idl)),
    ];
    for (part, word, judge) in parts {
        for one in list(old, part) {
            let name = one["name"].as_str().unwrap_or_default();
            let Some(other) = named(new, part, name) else {
                found.push(format!("{word} {name} is gone"));
                continue;
            };
            if let Some(what) = judge(one, other, new) {
                found.push(format!("{word} {name}: {what}"));
            }
        }
    }
    found
}

/// What differs between the old form and the new one, given the new IDL.
type Judge = fn(&Value, &Value, &Value) -> Option<String>;

fn list<'a>(idl: &'a Value, part: &str) -> impl Iterator<Item = &'a Value> {
    idl[part].as_array().into_iter().flatten()
}

fn named<'a>(idl: &'a Value, part: &str, name: &str) -> Option<&'a Value> {
    list(idl, part).find(|one| one["name"] == name)
}

/// The same without descriptions, and without what a client computes for itself.
fn bare(value: &Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(bare).collect(),
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(name, _)| !["docs", "pda", "relations"].contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), bare(value)))
                .collect()
        }
        other => other.clone(),
    }
}

fn instruction(old: &Value, new: &Value, _: &Value) -> Option<String> {
    let changed = ["discriminator", "accounts", "args", "returns"];
    let changed = changed
        .into_iter()
        .filter(|part| bare(&old[*part]) != bare(&new[*part]));
    let changed: Vec<_> = changed.collect();
    (!changed.is_empty()).then(|| format!("{} changed", changed.join(" and ")))
}

fn tagged(old: &Value, new: &Value, _: &Value) -> Option<String> {
    (old["discriminator"] != new["discriminator"]).then(|| "its discriminator changed".to_owned())
}

fn error(old: &Value, new: &Value, _: &Value) -> Option<String> {
    (old["code"] != new["code"]).then(|| format!("{} became {}", old["code"], new["code"]))
}

/// The fields of a type, in order; those taken from its reserve are no change.
fn layout(old: &Value, new: &Value, idl: &Value) -> Option<String> {
    let (old, new) = (bare(old), bare(new));
    if old == new {
        return None;
    }
    let fields = |of: &Value| of["type"]["fields"].as_array().cloned().unwrap_or_default();
    let (was, is) = (fields(&old), fields(&new));
    if grown_into_reserve(&was, &is, idl) {
        return None;
    }
    let differs = was.iter().zip(&is).find(|(one, other)| one != other);
    let name = |field: &Value| {
        field["name"]
            .as_str()
            .unwrap_or("an unnamed field")
            .to_owned()
    };
    Some(match differs {
        Some((one, other)) if name(one) == name(other) => format!("field {} changed", name(one)),
        Some((one, other)) => format!("{} stands where {} was", name(other), name(one)),
        None if was.len() < is.len() => {
            format!("{} is new and not in a reserve", name(&is[was.len()]))
        }
        None if was.len() > is.len() => format!("field {} is gone", name(&was[is.len()])),
        None => "it changed".to_owned(),
    })
}

/// Whether the old fields are all there and the new ones take as much as the reserve at the end lost.
fn grown_into_reserve(was: &[Value], is: &[Value], idl: &Value) -> bool {
    let (Some((room, kept)), Some((left, grown))) = (was.split_last(), is.split_last()) else {
        return false;
    };
    let reserve = |field: &Value| match field["name"] == "reserved" {
        true => bytes(&field["type"], idl),
        false => None,
    };
    let (Some(room), Some(left)) = (reserve(room), reserve(left)) else {
        return false;
    };
    let taken: Option<u64> = grown
        .get(kept.len()..)
        .and_then(|new| new.iter().map(|field| bytes(&field["type"], idl)).sum());
    grown.starts_with(kept) && taken.is_some_and(|taken| taken + left == room)
}

/// Bytes of a type of fixed size.
fn bytes(of: &Value, idl: &Value) -> Option<u64> {
    if let Some(name) = of.as_str() {
        return match name {
            "bool" | "u8" | "i8" => Some(1),
            "u16" | "i16" => Some(2),
            "u32" | "i32" => Some(4),
            "u64" | "i64" => Some(8),
            "u128" | "i128" => Some(16),
            "pubkey" => Some(32),
            _ => None,
        };
    }
    if let Some([item, length]) = of["array"].as_array().map(Vec::as_slice) {
        return Some(bytes(item, idl)? * length.as_u64()?);
    }
    let defined = named(idl, "types", of["defined"]["name"].as_str()?)?;
    match defined["type"]["kind"].as_str()? {
        "struct" => list(&defined["type"], "fields")
            .map(|field| bytes(&field["type"], idl))
            .sum(),
        // One with fields is as long as the variant it holds.
        "enum" => list(&defined["type"], "variants")
            .all(|one| one.get("fields").is_none())
            .then_some(1),
        _ => None,
    }
}

#[cfg(test)]
#[path = "compat_tests.rs"]
mod tests;
