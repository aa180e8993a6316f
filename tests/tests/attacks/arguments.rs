//! Where the numbers of an instruction's arguments lie in its bytes, read from the interface description.

use serde_json::Value;

use crate::idl::Idl;

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Unsigned, little-endian, of so many bytes.
    Unsigned(usize),
    /// Signed, little-endian, of so many bytes.
    Signed(usize),
    /// One byte, 0 or 1.
    Flag,
    /// One byte: the variant of an enumeration of so many.
    Variant(u8),
    /// One byte: whether something follows.
    Presence,
    /// Four bytes: how many follow.
    Length,
}

/// A number among the arguments.
#[derive(Clone, Debug)]
pub struct Number {
    /// Its name, with the names it lies within before it: `args.premium_price`.
    pub path: String,
    /// Where it begins in the instruction's data.
    pub offset: usize,
    /// What it is.
    pub form: Form,
}

/// The discriminator in front of the arguments.
const DISCRIMINATOR_BYTES: usize = 8;
/// The length in front of a list.
const LENGTH_BYTES: usize = 4;

impl Number {
    /// The bytes to put in its place, by the name of the attempt.
    pub fn extremes(&self) -> Vec<(&'static str, Vec<u8>)> {
        match self.form {
            Form::Unsigned(bytes) => vec![
                ("B zero", vec![0; bytes]),
                ("B one", little(1, bytes)),
                ("B most", vec![0xff; bytes]),
            ],
            Form::Signed(bytes) => {
                let mut most = vec![0xff; bytes];
                most[bytes - 1] = 0x7f;
                let mut least = vec![0; bytes];
                least[bytes - 1] = 0x80;
                vec![
                    ("B zero", vec![0; bytes]),
                    ("B one", little(1, bytes)),
                    ("B most", most),
                    ("B least", least),
                ]
            }
            Form::Flag => vec![
                ("B false", vec![0]),
                ("B true", vec![1]),
                ("B no flag", vec![2]),
            ],
            Form::Variant(count) => vec![
                ("B no variant", vec![0xff]),
                ("B next variant", vec![count]),
            ],
            Form::Presence => vec![("B neither", vec![2])],
            Form::Length => vec![
                ("B empty", vec![0; LENGTH_BYTES]),
                ("B longest", vec![0xff; LENGTH_BYTES]),
            ],
        }
    }

    /// Bytes it takes.
    pub fn width(&self) -> usize {
        match self.form {
            Form::Unsigned(bytes) | Form::Signed(bytes) => bytes,
            Form::Flag | Form::Variant(_) | Form::Presence => 1,
            Form::Length => LENGTH_BYTES,
        }
    }
}

fn little(value: u8, bytes: usize) -> Vec<u8> {
    let mut all = vec![0; bytes];
    all[0] = value;
    all
}

/// Walks the arguments of an instruction along the bytes that were made of them.
pub fn numbers(idl: &Idl, instruction: &str, data: &[u8]) -> Vec<Number> {
    let mut walk = Walk {
        idl,
        data,
        at: DISCRIMINATOR_BYTES,
        found: Vec::new(),
    };
    let arguments = idl.arguments[instruction].as_array().expect("arguments");
    for argument in arguments {
        let name = argument["name"].as_str().expect("a name");
        walk.value(name, &argument["type"]);
    }
    assert_eq!(walk.at, data.len(), "the arguments of {instruction}");
    walk.found
}

struct Walk<'a> {
    idl: &'a Idl,
    data: &'a [u8],
    at: usize,
    found: Vec<Number>,
}

impl Walk<'_> {
    fn note(&mut self, path: &str, form: Form) {
        let number = Number {
            path: path.to_owned(),
            offset: self.at,
            form,
        };
        self.at += number.width();
        self.found.push(number);
    }

    fn value(&mut self, path: &str, of: &Value) {
        if let Some(name) = of.as_str() {
            return self.plain(path, name);
        }
        if let Some(array) = of["array"].as_array() {
            let length = array[1].as_u64().expect("a length");
            return self.several(path, &array[0], length as usize);
        }
        if of.get("vec").is_some() {
            let length = self.length(path);
            return self.several(path, &of["vec"], length);
        }
        if of.get("option").is_some() {
            self.note(path, Form::Presence);
            if self.data[self.at - 1] == 1 {
                self.value(path, &of["option"]);
            }
            return;
        }
        let name = of["defined"]["name"].as_str().expect("a known type");
        self.defined(path, &self.idl.types[name].clone());
    }

    /// Of a row of numbers the first and the last are tried; bytes and keys are no numbers.
    fn several(&mut self, path: &str, of: &Value, length: usize) {
        if *of == "u8" {
            self.at += length;
            return;
        }
        for index in 0..length {
            let before = self.found.len();
            self.value(&format!("{path}[{index}]"), of);
            if index > 0 && index + 1 < length {
                self.found.truncate(before);
            }
        }
    }

    fn plain(&mut self, path: &str, name: &str) {
        match name {
            "pubkey" => self.at += 32,
            "bool" => self.note(path, Form::Flag),
            "string" | "bytes" => {
                self.at += self.length(path);
            }
            _ => {
                let (sign, bits) = name.split_at(1);
                let bytes = bits.parse::<usize>().expect("a number") / 8;
                let signed = sign == "i";
                self.note(
                    path,
                    if signed {
                        Form::Signed(bytes)
                    } else {
                        Form::Unsigned(bytes)
                    },
                );
            }
        }
    }

    fn defined(&mut self, path: &str, of: &Value) {
        if of["kind"] == "enum" {
            let variants = of["variants"].as_array().expect("variants");
            let count = u8::try_from(variants.len()).expect("few variants");
            self.note(path, Form::Variant(count));
            let chosen = usize::from(self.data[self.at - 1]);
            return self.fields(path, &variants[chosen]);
        }
        self.fields(path, of);
    }

    /// The fields of a structure or of a variant; one may have none.
    fn fields(&mut self, path: &str, of: &Value) {
        for field in of["fields"].as_array().into_iter().flatten() {
            let name = field["name"].as_str().expect("a name");
            self.value(&format!("{path}.{name}"), &field["type"]);
        }
    }

    /// The length in front of a list.
    fn length(&mut self, path: &str) -> usize {
        self.note(path, Form::Length);
        let found = &self.data[self.at - LENGTH_BYTES..self.at];
        u32::from_le_bytes(found.try_into().expect("four bytes")) as usize
    }
}
