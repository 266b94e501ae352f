//! The kernel's descriptions of its families, as far as they say what values look like.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

/// One family's description.
#[derive(Debug, Default)]
pub struct Spec {
    sets: HashMap<String, HashMap<u16, Attribute>>,
    structures: HashMap<String, HashMap<String, Member>>,
    names: HashMap<String, HashMap<String, (u64, u64)>>,
    formats: HashMap<String, HashMap<String, String>>,
    operations: HashMap<String, (String, Option<String>)>,
}

/// An attribute, as it is described.
#[derive(Debug, Default)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: String,
    /// Whether there may be several.
    pub multi: bool,
    /// The names of its values.
    pub names: Option<String>,
    /// The set of the attributes within.
    pub nested: Option<String>,
    /// The structure that it is.
    pub structure: Option<String>,
    /// What it holds by another's value: the cases, and the other's name.
    pub choice: Option<(String, String)>,
    /// What the numbers of the nests within are called.
    pub levels: Vec<String>,
}

/// A structure's member, as it is described.
#[derive(Debug)]
pub struct Member {
    /// Where it starts.
    pub offset: usize,
    /// The names of its values.
    pub names: Option<String>,
}

impl Spec {
    /// Reads the description of this family from the folder of descriptions.
    pub fn read(folder: &Path, family: &str) -> io::Result<Spec> {
        let text = fs::read(folder.join(format!("{family}.json")))?;
        Ok(Spec::new(&serde_json::from_slice(&text)?))
    }

    /// Takes in a description.
    pub fn new(json: &Value) -> Spec {
        let mut spec = Spec::default();
        let definitions = &json["definitions"];
        for kind in ["enum", "flags"] {
            for definition in list(&definitions[kind]) {
                let entries = list(&definition["entries"]).filter_map(|entry| {
                    let value = entry["value"].as_u64()?;
                    // An enumeration's values may serve as numbers of bits.
                    let bit = 1u64.checked_shl(value as u32).unwrap_or_default();
                    let mask = if kind == "flags" { value } else { bit };
                    Some((text(&entry["name"])?, (value, mask)))
                });
                spec.names.extend(text(&definition["name"]).map(|name| (name, entries.collect())));
            }
        }
        for structure in list(&definitions["struct"]) {
            let members = list(&structure["members"]).filter_map(|member| {
                let offset = member["offset"].as_u64()? as usize;
                Some((text(&member["name"])?, Member { offset, names: text(&member["enum"]) }))
            });
            spec.structures.extend(text(&structure["name"]).map(|name| (name, members.collect())));
        }
        for set in list(&json["attribute-sets"]) {
            let attributes = list(&set["attributes"]).filter_map(|attribute| {
                let number = attribute["value"].as_u64()? as u16;
                let choice = text(&attribute["sub-message"]).zip(text(&attribute["selector"]));
                Some((
                    number,
                    Attribute {
                        name: text(&attribute["name"])?,
                        ty: text(&attribute["type"])?,
                        multi: attribute["multi-attr"] == true,
                        names: text(&attribute["enum"]),
                        nested: text(&attribute["nested-attributes"]),
                        structure: text(&attribute["struct"]),
                        choice,
                        levels: list(&attribute["type-value"]).filter_map(text).collect(),
                    },
                ))
            });
            spec.sets.extend(text(&set["name"]).map(|name| (name, attributes.collect())));
        }
        for choice in list(&json["sub-messages"]) {
            let formats = list(&choice["formats"])
                .filter_map(|format| text(&format["value"]).zip(text(&format["attribute-set"])));
            spec.formats.extend(text(&choice["name"]).map(|name| (name, formats.collect())));
        }
        for operation in list(&json["operations"]) {
            let set = text(&operation["attribute-set"]);
            let header = text(&operation["fixed-header"]);
            spec.operations.extend(text(&operation["name"]).zip(set.map(|set| (set, header))));
        }
        spec
    }

    /// The set and the header's structure of an operation.
    pub fn operation(&self, name: &str) -> Option<(&str, Option<&str>)> {
        let (set, header) = self.operations.get(name)?;
        Some((set, header.as_deref()))
    }

    /// An attribute of a set.
    pub fn attribute(&self, set: &str, number: u16) -> Option<&Attribute> {
        self.sets.get(set)?.get(&number)
    }

    /// A member of a structure.
    pub fn member(&self, structure: &str, name: &str) -> Option<&Member> {
        self.structures.get(structure)?.get(name)
    }

    /// The set that a choice comes to for this value.
    pub fn format(&self, choice: &str, value: &str) -> Option<&str> {
        self.formats.get(choice)?.get(value).map(String::as_str)
    }

    /// The value that a name stands for.
    pub fn value(&self, names: &str, name: &str) -> Option<u64> {
        self.names.get(names)?.get(name).map(|entry| entry.0)
    }

    /// The bit that a name stands for.
    pub fn mask(&self, names: &str, name: &str) -> Option<u64> {
        self.names.get(names)?.get(name).map(|entry| entry.1)
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
