//! Every public type implements `defmt::Format`, by rustdoc's JSON.

use std::collections::BTreeSet;

use serde_json::Value;

/// Types of table rows, which have no values.
const ROWS: &[&str] = &[
    "nest::DefaultSubMessage",
    "nest::FixedHeader",
    "nest::IndexedArray",
    "nest::Nest",
    "nest::Records",
    "nest::SubMessage",
    "value::Array",
    "value::Bitfield32",
    "value::Embedded",
    "value::FixedArray",
    "value::Multi",
    "value::Ordered",
    "value::StoredAs",
    "value::Struct",
    "value::WithTail",
];

#[test]
fn every_public_type_with_values_implements_format() {
    let Some(folder) = std::env::var_os("PUBLIC") else {
        return println!("skipped: PUBLIC does not say where rustdoc's JSON is");
    };
    let (mut formats, mut missing) = (0, BTreeSet::new());
    for krate in ["codec", "transport", "cache"] {
        let file = std::path::Path::new(&folder).join(format!("barelink_{krate}.json"));
        let docs: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        for (id, item) in docs["index"].as_object().unwrap() {
            let ours = item["crate_id"] == 0 && item["visibility"] == "public";
            let kinds = ["struct", "enum", "union"];
            let Some(kind) = kinds.into_iter().find_map(|kind| item["inner"].get(kind)) else {
                continue;
            };
            let empty = kind["variants"].as_array().is_some_and(Vec::is_empty);
            if !ours || empty {
                continue;
            }
            let has_format = kind["impls"].as_array().unwrap().iter().any(|id| {
                let of = &docs["index"][id.to_string()]["inner"]["impl"]["trait"]["path"];
                of.as_str().is_some_and(|path| path.rsplit("::").next() == Some("Format"))
            });
            let path = docs["paths"][id]["path"].as_array();
            let path: Vec<_> = path.into_iter().flatten().filter_map(Value::as_str).collect();
            let path = path.get(1..).unwrap_or_default().join("::");
            match has_format {
                true => formats += 1,
                false if ROWS.contains(&path.as_str()) => {}
                false => drop(missing.insert(format!("{krate}::{path}"))),
            }
        }
    }
    println!("{formats} public types format");
    assert!(formats > 300, "{formats}");
    assert!(missing.is_empty(), "{missing:#?}");
}
