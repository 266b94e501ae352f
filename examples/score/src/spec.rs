//! Reads the kernel's YNL specifications, as far as they describe values.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

/// Specification of one family.
#[derive(Debug, Default)]
pub struct Spec {
    sets: HashMap<String, HashMap<u16, Attribute>>,
    structures: HashMap<String, HashMap<String, Member>>,
    names: HashMap<String, HashMap<String, (u64, u64)>>,
    formats: HashMap<String, HashMap<String, String>>,
    operations: HashMap<String, (String, Option<String>)>,
}

/// Attribute of a specification.
#[derive(Debug, Default)]
pub struct Attribute {
    /// Name in the specification, with dashes.
    pub name: String,
    /// Type in the specification, such as `u32` or `nest`.
    pub ty: String,
    /// `true` if the attribute may occur several times (`multi-attr`).
    pub multi: bool,
    /// Enumeration or flags that name the values.
    pub names: Option<String>,
    /// Attribute set of a nest.
    pub nested: Option<String>,
    /// Structure that the payload has.
    pub structure: Option<String>,
    /// Sub-message, and its selector: the attribute whose value chooses the format.
    pub sub_message: Option<(String, String)>,
    /// Names of the indices of nested levels (`type-value`).
    pub levels: Vec<String>,
}

/// Member of a structure in a specification.
#[derive(Debug)]
pub struct Member {
    /// Offset in bytes.
    pub offset: usize,
    /// Enumeration or flags that name the values.
    pub names: Option<String>,
}

impl Spec {
    /// Reads the specification of a family from a directory of JSON files.
    pub fn read(directory: &Path, family: &str) -> io::Result<Spec> {
        let text = fs::read(directory.join(format!("{family}.json")))?;
        Ok(Spec::new(&serde_json::from_slice(&text)?))
    }

    /// Parses a specification.
    pub fn new(json: &Value) -> Spec {
        let mut spec = Spec::default();
        let definitions = &json["definitions"];
        for section in ["enum", "flags"] {
            for definition in list(&definitions[section]) {
                let entries = list(&definition["entries"]).filter_map(|entry| {
                    let value = entry["value"].as_u64()?;
                    // An enumeration's values may be used as bit numbers.
                    let bit = 1u64.checked_shl(value as u32).unwrap_or_default();
                    let mask = if section == "flags" { value } else { bit };
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
                let sub_message = text(&attribute["sub-message"]).zip(text(&attribute["selector"]));
                Some((
                    number,
                    Attribute {
                        name: text(&attribute["name"])?,
                        ty: text(&attribute["type"])?,
                        multi: attribute["multi-attr"] == true,
                        names: text(&attribute["enum"]),
                        nested: text(&attribute["nested-attributes"]),
                        structure: text(&attribute["struct"]),
                        sub_message,
                        levels: list(&attribute["type-value"]).filter_map(text).collect(),
                    },
                ))
            });
            spec.sets.extend(text(&set["name"]).map(|name| (name, attributes.collect())));
        }
        for sub_message in list(&json["sub-messages"]) {
            let formats = list(&sub_message["formats"])
                .filter_map(|format| text(&format["value"]).zip(text(&format["attribute-set"])));
            spec.formats.extend(text(&sub_message["name"]).map(|name| (name, formats.collect())));
        }
        for operation in list(&json["operations"]) {
            let set = text(&operation["attribute-set"]);
            let header = text(&operation["fixed-header"]);
            spec.operations.extend(text(&operation["name"]).zip(set.map(|set| (set, header))));
        }
        spec
    }

    /// Returns the attribute set of an operation, and the structure of its fixed header.
    pub fn operation(&self, name: &str) -> Option<(&str, Option<&str>)> {
        let (set, header) = self.operations.get(name)?;
        Some((set, header.as_deref()))
    }

    /// Returns an attribute by its set and number.
    pub fn attribute(&self, set: &str, number: u16) -> Option<&Attribute> {
        self.sets.get(set)?.get(&number)
    }

    /// Returns a member by its structure and name.
    pub fn member(&self, structure: &str, name: &str) -> Option<&Member> {
        self.structures.get(structure)?.get(name)
    }

    /// Returns the attribute set of a sub-message for this selector value.
    pub fn format(&self, sub_message: &str, value: &str) -> Option<&str> {
        self.formats.get(sub_message)?.get(value).map(String::as_str)
    }

    /// Returns the value of a name in an enumeration or flags.
    pub fn value(&self, names: &str, name: &str) -> Option<u64> {
        self.names.get(names)?.get(name).map(|entry| entry.0)
    }

    /// Returns the bit mask of a name in an enumeration or flags.
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
