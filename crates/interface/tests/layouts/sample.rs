//! One value of every type, made of bytes that say where they lie.

use std::fmt::Debug;
use std::io::{Read, Result};

use anchor_lang::{AnchorDeserialize, AnchorSerialize, Discriminator};
use bytemuck::Pod;

/// A type with the bytes of one value of it.
pub struct Sample {
    /// Name of the type.
    pub name: &'static str,
    /// Its discriminator.
    pub discriminator: &'static [u8],
    /// The value's bytes behind the discriminator.
    pub bytes: Vec<u8>,
    /// Names of its fields in the order of the code; empty for a type that does not print itself.
    pub fields: Vec<String>,
}

/// Bytes that count up. Where one byte is asked for 1, which every flag, option and enumeration takes.
struct Counting(u8);

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if let [one] = buffer {
            *one = 1;
            self.0 = self.0.wrapping_add(1);
            return Ok(1);
        }
        // A length of a list, or a number as wide: one, so that lists have one item.
        if let [first, rest @ ..] = &mut *buffer {
            if rest.len() == 3 {
                *first = 1;
                rest.fill(0);
                self.0 = self.0.wrapping_add(4);
                return Ok(4);
            }
        }
        for byte in buffer.iter_mut() {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(buffer.len())
    }
}

/// Of an account written field by field.
pub fn borsh<T>(name: &'static str) -> Sample
where
    T: AnchorSerialize + AnchorDeserialize + Discriminator + Debug,
{
    let value = T::deserialize_reader(&mut Counting(1)).expect("every byte has a meaning");
    Sample {
        fields: fields(&value),
        ..event::<T>(name)
    }
}

/// Of an event.
pub fn event<T>(name: &'static str) -> Sample
where
    T: AnchorSerialize + AnchorDeserialize + Discriminator,
{
    let value = T::deserialize_reader(&mut Counting(1)).expect("every byte has a meaning");
    let mut bytes = Vec::new();
    value.serialize(&mut bytes).expect("memory is enough");
    Sample {
        name,
        discriminator: T::DISCRIMINATOR,
        bytes,
        fields: Vec::new(),
    }
}

/// Of an account that is its own bytes.
pub fn pod<T: Pod + Discriminator + Debug>(name: &'static str) -> Sample {
    let mut bytes = vec![0; size_of::<T>()];
    Counting(1).read_exact(&mut bytes).expect("bytes enough");
    let value: T = bytemuck::pod_read_unaligned(&bytes);
    assert_eq!(bytemuck::bytes_of(&value), bytes, "{name} read back");
    Sample {
        name,
        discriminator: T::DISCRIMINATOR,
        bytes,
        fields: fields(&value),
    }
}

/// Names of the outermost fields.
fn fields(value: &impl Debug) -> Vec<String> {
    let text = format!("{value:#?}");
    let outermost = |line: &str| {
        let name = line.strip_prefix("    ")?.split_once(':')?.0;
        let is_name = name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        is_name.then(|| name.to_owned())
    };
    text.lines().filter_map(outermost).collect()
}
