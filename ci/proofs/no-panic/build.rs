//! Reads codec's tables, and generates a call for each row.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let source = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../../codec/src");
    println!("cargo::rerun-if-changed={}", source.display());
    let texts: Vec<_> =
        files(&source).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    // Types that core prints, by its names and by those of codec.
    let mut addresses = vec!["IpAddr", "Ipv4Addr", "Ipv6Addr"];
    for line in texts.iter().flat_map(|text| text.lines()) {
        let alias = line.strip_prefix("pub type ").and_then(|rest| rest.split_once(" = "));
        if let Some((alias, _)) = alias.filter(|alias| is_address(alias.1, &addresses)) {
            addresses.push(alias);
        }
    }
    let mut calls = String::new();
    for (file, text) in files(&source).iter().zip(&texts) {
        println!("cargo::rerun-if-changed={}", file.display());
        let relative = file.strip_prefix(&source).unwrap().with_extension("");
        let parts: Vec<_> = relative.iter().map(|part| part.to_str().unwrap()).collect();
        let parts = parts.strip_suffix(&["mod"]).unwrap_or(&parts);
        tables(&parts.join("::"), text, &addresses, &mut calls);
    }
    let all = format!("fn every_row(on: &mut On<'_>) {{\n{calls}}}\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("rows.rs"), all).unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.file_name().unwrap() != "table.rs" && path.extension().unwrap() == "rs" {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Appends a call for each row of the tables that start at the left margin of a file; tables in
/// functions and tests are not public.
fn tables(module: &str, text: &str, addresses: &[&str], calls: &mut String) {
    let mut word = "";
    let mut name = "";
    for line in text.lines() {
        if let Some((start, "")) = line.split_once("! {") {
            (word, name) = (start.trim_start_matches("$crate::").trim_start_matches("crate::"), "");
        } else if line == "}" {
            word = "";
        } else if word.is_empty() {
            continue;
        } else if let Some(rest) = line.trim().strip_prefix("pub ") {
            name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            match word {
                "attributes" => writeln!(calls, "    on.set::<codec::{module}::{name}>();"),
                "structure" => writeln!(calls, "    on.structure::<codec::{module}::{name}>();"),
                "values" | "flags" => writeln!(calls, "    on.fixed::<codec::{module}::{name}>();"),
                _ => Ok(()),
            }
            .unwrap();
        } else if word == "attributes" && !name.is_empty() {
            let Some((number, row)) = line.trim().split_once(" => ") else { continue };
            if number.parse::<u16>().is_ok() {
                let (key, ty) = row.split_once(": ").unwrap();
                let key = key.split(' ').next().unwrap(); // without a C name of its own
                let how = if is_address(ty, addresses) { "unprinted" } else { "row" };
                writeln!(calls, "    on.{how}(codec::{module}::{name}::{key});").unwrap();
            }
        }
    }
}

/// Returns whether a value of this type is one of core's addresses.
fn is_address(ty: &str, addresses: &[&str]) -> bool {
    let mut words = ty.split(|c: char| !c.is_alphanumeric());
    !ty.contains("Array") && words.any(|word| addresses.contains(&word))
}
