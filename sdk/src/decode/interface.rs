//! The programs' interfaces, and instructions by them.
//!
//! The text files beside this one say what there is, a line each: instructions with discriminator,
//! accounts and arguments, and the types of arguments. A test compares them with the interface
//! descriptions that the programs are compiled to.

use std::{collections::HashMap, sync::OnceLock};

use super::value::Field;

/// An instruction, taken apart.
pub(super) struct Call {
    pub(super) name: String,
    pub(super) fields: Vec<(String, Field)>,
    pub(super) accounts: Vec<String>,
}

/// What a program takes.
pub(super) struct Interface {
    instructions: HashMap<u8, Entry>,
    types: HashMap<String, Type>,
}

struct Entry {
    name: String,
    accounts: Vec<String>,
    arguments: Vec<Named>,
}

/// A name, which may be missing, and the text of a type.
struct Named {
    name: String,
    of: String,
}

enum Type {
    Struct(Vec<Named>),
    Enum(Vec<(String, Vec<Named>)>),
}

macro_rules! interfaces {
    ($($name:ident),*) => {
        $(
            pub(super) fn $name() -> &'static Interface {
                static PARSED: OnceLock<Interface> = OnceLock::new();
                PARSED.get_or_init(|| {
                    Interface::parse(include_str!(concat!("interface/", stringify!($name), ".txt")))
                })
            }
        )*
    };
}

interfaces!(amm, orderbook, staking, governance);

impl Interface {
    fn parse(text: &str) -> Self {
        let mut interface = Self {
            instructions: HashMap::new(),
            types: HashMap::new(),
        };
        for line in text.lines() {
            let mut words = line.split(' ');
            match words.next() {
                Some("instruction") => interface.add_instruction(words),
                Some(kind @ ("struct" | "enum")) => interface.add_type(kind, words),
                _ => {}
            }
        }
        interface
    }

    fn add_instruction<'a>(&mut self, mut words: impl Iterator<Item = &'a str>) {
        let discriminator = words.next().and_then(|number| number.parse().ok());
        let (Some(number), Some(name), Some(accounts)) =
            (discriminator, words.next(), words.next())
        else {
            return;
        };
        let accounts = accounts.split(',').filter(|name| *name != "-");
        let entry = Entry {
            name: name.to_owned(),
            accounts: accounts.map(str::to_owned).collect(),
            arguments: words.map(Named::parse).collect(),
        };
        self.instructions.insert(number, entry);
    }

    fn add_type<'a>(&mut self, kind: &str, mut words: impl Iterator<Item = &'a str>) {
        let Some(name) = words.next() else {
            return;
        };
        let parsed = if kind == "struct" {
            Type::Struct(words.map(Named::parse).collect())
        } else {
            let variant = |word: &str| {
                let (name, fields) = word.split_once('(')?;
                let fields = fields.strip_suffix(')')?.split(',');
                let fields = fields.filter(|field| !field.is_empty());
                Some((name.to_owned(), fields.map(Named::parse).collect()))
            };
            Type::Enum(words.filter_map(variant).collect())
        };
        self.types.insert(name.to_owned(), parsed);
    }

    /// Takes an instruction's data apart; `None` if it is none of the program's, or has other
    /// arguments than it should.
    pub(super) fn decode(&self, data: &[u8]) -> Option<Call> {
        let (discriminator, mut rest) = data.split_first()?;
        let entry = self.instructions.get(discriminator)?;
        let mut call = Call {
            name: entry.name.clone(),
            fields: Vec::new(),
            accounts: entry.accounts.clone(),
        };
        for argument in &entry.arguments {
            self.read(&argument.name, &argument.of, &mut rest, &mut call)?;
        }
        rest.is_empty().then_some(call)
    }

    /// Reads a value of a type into the fields of a call. A variant's name goes behind the call's.
    fn read(&self, name: &str, of: &str, rest: &mut &[u8], call: &mut Call) -> Option<()> {
        match self.types.get(of) {
            Some(Type::Struct(fields)) => {
                for field in fields {
                    self.read(&field.name, &field.of, rest, call)?;
                }
            }
            Some(Type::Enum(variants)) => {
                let tag = take(rest, 1)?[0];
                let (variant, fields) = variants.get(usize::from(tag))?;
                call.name = format!("{}: {variant}", call.name);
                for field in fields {
                    let name = if field.name.is_empty() {
                        variant
                    } else {
                        &field.name
                    };
                    self.read(name, &field.of, rest, call)?;
                }
            }
            None => {
                let field = self.plain(of, rest)?;
                call.fields.push((name.to_owned(), field));
            }
        }
        Some(())
    }

    fn plain(&self, of: &str, rest: &mut &[u8]) -> Option<Field> {
        if let Some(size) = size(of) {
            return Some(number(of, take(rest, size)?));
        }
        if let Some(array) = of.strip_prefix("[u8;") {
            let len = array.strip_suffix(']')?.parse().ok()?;
            return Some(Field::Bytes(take(rest, len)?.to_vec()));
        }
        let item = of.strip_prefix("vec<")?.strip_suffix('>')?;
        let len = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?) as usize;
        if item == "u8" {
            return Some(Field::Bytes(take(rest, len)?.to_vec()));
        }
        // What is listed is told by its number; its bytes have to be there all the same.
        for _ in 0..len {
            let mut ignored = Call {
                name: String::new(),
                fields: Vec::new(),
                accounts: Vec::new(),
            };
            self.read("", item, rest, &mut ignored)?;
        }
        Some(Field::Count(len))
    }
}

impl Named {
    fn parse(text: &str) -> Self {
        let (name, of) = text.split_once(':').unwrap_or(("", text));
        Self {
            name: name.to_owned(),
            of: of.to_owned(),
        }
    }
}

fn size(of: &str) -> Option<usize> {
    Some(match of {
        "u8" | "bool" => 1,
        "u16" => 2,
        "u32" | "i32" => 4,
        "u64" | "i64" => 8,
        _ => return None,
    })
}

fn number(of: &str, bytes: &[u8]) -> Field {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    let unsigned = u64::from_le_bytes(wide);
    match of {
        "bool" => Field::Flag(unsigned != 0),
        "i32" => Field::Number(i128::from(unsigned as u32 as i32)),
        "i64" => Field::Number(i128::from(unsigned as i64)),
        _ => Field::Number(i128::from(unsigned)),
    }
}

/// The next bytes.
pub(super) fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(len)?;
    *rest = left;
    Some(taken)
}
