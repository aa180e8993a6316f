//! The committed interface description: which field lies where.

use std::fmt::Write;

use serde_json::Value;

use crate::sample::Sample;

const IDL: &str = include_str!("../../../../idls/backstop.json");

/// Bytes of the discriminator in front of every account and event.
const DISCRIMINATOR_BYTES: usize = 8;
/// Bytes of a field shown in full; of a longer one the ends.
const SHOWN_BYTES: usize = 32;

/// The description.
pub struct Idl(Value);

impl Idl {
    /// Reads it.
    pub fn read() -> Self {
        Self(serde_json::from_str(IDL).expect("the committed description is JSON"))
    }

    fn list(&self, part: &str) -> impl Iterator<Item = &Value> {
        self.0[part].as_array().expect("a list").iter()
    }

    /// Names of accounts or events.
    pub fn names(&self, part: &str) -> Vec<String> {
        self.list(part).map(|one| text(&one["name"])).collect()
    }

    /// Names and discriminators of the instructions.
    pub fn instructions(&self) -> Vec<(String, String)> {
        let both = |one: &Value| (text(&one["name"]), hex(&discriminator(one)));
        self.list("instructions").map(both).collect()
    }

    fn defined(&self, name: &str) -> &Value {
        let found = self.list("types").find(|one| one["name"] == name);
        &found.unwrap_or_else(|| panic!("{name} is not described"))["type"]
    }

    fn members(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.defined(name)["fields"]
            .as_array()
            .into_iter()
            .flatten()
    }

    /// Names of the fields of a type.
    pub fn fields(&self, name: &str) -> Vec<String> {
        self.members(name)
            .map(|field| text(&field["name"]))
            .collect()
    }

    /// Bytes of the last field of a type.
    pub fn reserve(&self, name: &str) -> usize {
        self.members(name)
            .last()
            .map_or(0, |field| self.width(&field["type"]))
    }

    /// Size, discriminator and one line a field: offset in the account or event, bytes, name, type, sample.
    pub fn table(&self, part: &str, sample: &Sample) -> String {
        let one = self.list(part).find(|one| one["name"] == sample.name);
        let pinned = one.map(discriminator);
        assert_eq!(
            pinned.as_deref(),
            Some(sample.discriminator),
            "{}",
            sample.name
        );
        let size = DISCRIMINATOR_BYTES + sample.bytes.len();
        let word = part.trim_end_matches('s');
        let mut table = format!(
            "{word} {} {} {size} bytes\n",
            sample.name,
            hex(sample.discriminator)
        );
        let mut at = 0;
        self.rows(sample.name, "", &sample.bytes, &mut at, &mut table);
        assert_eq!(
            at,
            sample.bytes.len(),
            "{} is described as it is",
            sample.name
        );
        table
    }

    fn rows(&self, name: &str, prefix: &str, bytes: &[u8], at: &mut usize, table: &mut String) {
        for field in self.members(name) {
            let path = format!("{prefix}{}", text(&field["name"]));
            self.row(&field["type"], &path, bytes, at, table);
        }
    }

    fn row(&self, of: &Value, path: &str, bytes: &[u8], at: &mut usize, table: &mut String) {
        let nested = of["defined"]["name"]
            .as_str()
            .filter(|name| self.members(name).next().is_some());
        if let Some(name) = nested {
            return self.rows(name, &format!("{path}."), bytes, at, table);
        }
        if of.get("vec").is_some() {
            line(
                table,
                at,
                &bytes[*at..*at + 4],
                &format!("{path}.len"),
                "u32",
            );
            return self.row(&of["vec"], &format!("{path}[0]"), bytes, at, table);
        }
        if let Some(variants) = of["defined"]["name"]
            .as_str()
            .and_then(|name| self.variants(name))
        {
            let chosen = &variants[usize::from(bytes[*at])];
            let (name, tag) = (text(&chosen["name"]), &bytes[*at..*at + 1]);
            line(table, at, tag, path, &format!("{}::{name}", shown(of)));
            for field in chosen["fields"].as_array().into_iter().flatten() {
                let path = format!("{path}.{}", field["name"].as_str().unwrap_or("0"));
                self.row(field.get("type").unwrap_or(field), &path, bytes, at, table);
            }
            return;
        }
        // Of a row of structures the first is shown field by field, the rest as a whole.
        if let Some(name) = of["array"][0]["defined"]["name"].as_str() {
            let whole = *at + self.width(of);
            self.rows(name, &format!("{path}[0]."), bytes, at, table);
            return line(
                table,
                at,
                &bytes[*at..whole],
                &format!("{path}[1..]"),
                &shown(of),
            );
        }
        let end = *at + self.width(of);
        line(table, at, &bytes[*at..end], path, &shown(of));
    }

    /// Variants of an enumeration.
    fn variants(&self, name: &str) -> Option<&Vec<Value>> {
        self.defined(name)["variants"].as_array()
    }

    /// Bytes of a type of fixed size.
    fn width(&self, of: &Value) -> usize {
        if let Some(item) = of["array"].as_array() {
            return self.width(&item[0]) * item[1].as_u64().expect("a length") as usize;
        }
        match of.as_str() {
            Some("bool" | "u8" | "i8") => 1,
            Some("u16" | "i16") => 2,
            Some("u32" | "i32") => 4,
            Some("u64" | "i64") => 8,
            Some("u128" | "i128") => 16,
            Some("pubkey") => 32,
            Some(other) => panic!("{other} has no fixed size"),
            None => self.width_of(of["defined"]["name"].as_str().expect("a known type")),
        }
    }

    /// A structure is the sum of its fields, an enumeration one byte.
    fn width_of(&self, name: &str) -> usize {
        match self.defined(name)["kind"].as_str() {
            Some("enum") => 1,
            _ => self
                .members(name)
                .map(|field| self.width(&field["type"]))
                .sum(),
        }
    }
}

fn line(table: &mut String, at: &mut usize, bytes: &[u8], path: &str, of: &str) {
    let shown = match bytes.len() <= SHOWN_BYTES {
        true => hex(bytes),
        false => format!("{}..{}", hex(&bytes[..8]), hex(&bytes[bytes.len() - 8..])),
    };
    let (offset, width) = (DISCRIMINATOR_BYTES + *at, bytes.len());
    let _ = writeln!(table, " {offset} {width} {path} {of} {shown}");
    *at += width;
}

/// A type as written in the code.
fn shown(of: &Value) -> String {
    match of["array"].as_array() {
        Some(item) => format!("[{};{}]", shown(&item[0]), item[1]),
        None => text(if of.is_string() {
            of
        } else {
            &of["defined"]["name"]
        }),
    }
}

fn discriminator(one: &Value) -> Vec<u8> {
    let bytes = one["discriminator"].as_array().expect("bytes").iter();
    bytes
        .map(|byte| byte.as_u64().expect("a byte") as u8)
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
