//! Compares tables with the kernel's descriptions, which are JSON files of one format.
//!
//! Each `tests/drift_*.rs` opens the description of its family and names the matching parts:
//!
//! ```ignore
//! let Some(spec) = drift::spec("json/rt-route.json") else { return };
//! spec.attributes(Route::table(), "route-attrs", &[(9, "hops: the spec has bytes")]);
//! spec.structure(RouteHeader::LAYOUT, "rtmsg", &[]);
//! spec.names(RouteType::NAMES, "rtm-type", &[]);
//! spec.constants(RouteFlags::NAMES, "RTM_F_", &[]);
//! spec.operations(&[&route::FAMILY], &[]);
//! ```
//!
//! Dropping the description reports all differences. An exception is a row where we know better: a
//! number (of an attribute, a field's offset, a value) and the reason; an unneeded one is reported,
//! too. Structures of attributes are compared as well, if the description names one.
#![allow(dead_code, unreachable_pub)]

use std::cell::RefCell;
use std::path::Path;

use barelink_codec::family::Family;
use barelink_codec::schema::{Int, Layout, Order, Row, Table, Type, ValueNames};
use serde_json::Value;

/// Rows where we know better: numbers with the reason.
pub type Exceptions<'a> = &'a [(u64, &'a str)];

/// Description of a family.
pub struct Spec {
    path: String,
    json: Value,
    problems: RefCell<Vec<String>>,
}

/// Opens a description; `None` where descriptions are not available.
pub fn spec(path: &str) -> Option<Spec> {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return None;
    };
    let file = Path::new(&shared).join("specs").join(path);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let json = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    Some(Spec { path: path.into(), json, problems: RefCell::default() })
}

impl Drop for Spec {
    fn drop(&mut self) {
        let problems = self.problems.take();
        if !problems.is_empty() && !std::thread::panicking() {
            panic!("{} differences from {}:\n{}", problems.len(), self.path, problems.join("\n"));
        }
    }
}

/// Comparison of one table, with its exceptions.
struct Report<'a> {
    spec: &'a Spec,
    what: String,
    exceptions: Exceptions<'a>,
    needed: Vec<u64>,
}

impl Report<'_> {
    fn add(&mut self, number: u64, problem: String) {
        if self.exceptions.iter().any(|exception| exception.0 == number) {
            self.needed.push(number);
        } else {
            self.spec.add_problem(format!("{} {number}: {problem}", self.what));
        }
    }
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        for (number, reason) in self.exceptions {
            if !self.needed.contains(number) {
                let what = &self.what;
                self.spec.add_problem(format!("{what} {number}: no exception needed ({reason})"));
            }
        }
    }
}

impl Spec {
    fn add_problem(&self, problem: String) {
        self.problems.borrow_mut().push(problem);
    }

    fn report<'a>(&'a self, ours: &str, theirs: &str, exceptions: Exceptions<'a>) -> Report<'a> {
        Report { spec: self, what: format!("{ours} ({theirs})"), exceptions, needed: Vec::new() }
    }

    /// An element of one of the file's lists, by its name.
    fn find<'a>(&'a self, list: &'a Value, name: &str) -> Option<&'a Value> {
        let found = elements(list).find(|element| element["name"] == name);
        if found.is_none() {
            let names: Vec<_> = elements(list).map(|element| text(&element["name"])).collect();
            self.add_problem(format!("the spec has no {name}, but {names:?}"));
        }
        found
    }

    /// Compares a table with an attribute set; exceptions are by the attribute's number.
    pub fn attributes(&self, table: &Table, set: &str, exceptions: Exceptions<'_>) {
        self.attributes_of(table, &[set], exceptions);
    }

    /// Compares a table with several attribute sets together, for a table that joins them.
    pub fn attributes_of(&self, table: &Table, sets: &[&str], exceptions: Exceptions<'_>) {
        let mut theirs = Vec::new();
        for set in sets {
            let Some(set) = self.find(&self.json["attribute-sets"], set) else { return };
            theirs.extend(elements(&set["attributes"]));
        }
        let shared = shared_prefix(theirs.iter().map(|attr| text(&attr["name"])));
        let mut report = self.report(table.name, &sets.join(", "), exceptions);

        for &attr in &theirs {
            let number = attr["value"].as_u64().unwrap_or(u64::MAX);
            let name = text(&attr["name"]);
            let Some(row) = table.row(number as u16) else {
                let filler = ["unused", "unspec"].contains(&text(&attr["type"]))
                    || attr["type"] == "pad" && !name.ends_with("pad")
                    || number == 0;
                if !filler {
                    report.add(number, format!("{name} is missing"));
                }
                continue;
            };
            let aliases =
                theirs.iter().filter(|alias| alias["value"] == attr["value"] && **alias != attr);
            if !same_name(name, row.name, shared)
                && !aliases.clone().any(|alias| same_name(text(&alias["name"]), row.name, shared))
            {
                report.add(number, format!("{} is {name} in the spec", row.name));
            }
            if aliases.clone().any(|alias| self.compare(row, alias).is_none()) {
                continue;
            }
            if let Some(problem) = self.compare(row, attr) {
                report.add(number, format!("{name}: {problem}"));
            }
        }
        for row in table.rows {
            if !theirs.iter().any(|attr| attr["value"] == row.number) {
                report.add(row.number.into(), format!("{} is not in the spec", row.name));
            }
        }
    }

    /// Returns the difference between a row's type and the attribute in the description.
    fn compare(&self, row: &Row, attr: &Value) -> Option<String> {
        let (kinds, ours) = (&attr["type"], shape(row.ty));
        let kinds: Vec<&str> = match kinds {
            Value::Array(kinds) => kinds.iter().map(text).collect(),
            kind => vec![text(kind)],
        };
        if !kinds.iter().any(|kind| self.fits(row.ty, kind, attr)) {
            let order = text(&attr["byte-order"]);
            let hint = text(&attr["display-hint"]);
            return Some(format!("ours is {ours}, the spec's {kinds:?} {order} {hint}"));
        }
        if attr.get("enum").is_some()
            && !matches!(row.ty, Type::Enum(..) | Type::Flags(..) | Type::Bitfield32([_, ..]))
        {
            return Some(format!("ours is {ours}, the spec names values: {}", attr["enum"]));
        }
        if let Some(name) = attr["struct"].as_str() {
            let (Type::Struct(layout) | Type::FixedHeader(layout, _) | Type::Records(layout, _)) =
                element(row.ty)
            else {
                return Some(format!("ours is {ours}, the spec's a structure, {name}"));
            };
            let problems = self.layout(layout, name, attr["struct-size"].as_u64());
            if !problems.is_empty() {
                let list: Vec<_> =
                    problems.iter().map(|(at, what)| format!("{at}: {what}")).collect();
                return Some(format!("{}: {}", layout.name, list.join("; ")));
            }
        }
        None
    }

    fn fits(&self, ty: Type, kind: &str, attr: &Value) -> bool {
        let big = attr["byte-order"] == "big-endian";
        let cases = if let Type::SubMessage(sub_message) = ty { sub_message.cases } else { &[] };
        if cases.iter().any(|case| self.fits(case.1, kind, attr)) {
            return true;
        }
        match kind {
            // The type is unknown, or there is no payload.
            "" | "unspec" | "unused" | "pad" | "reject" => true,
            "flag" => matches!(ty, Type::Flag),
            "string" => matches!(ty, Type::Text(_)),
            "uint" | "sint" => {
                ty.int().is_some_and(|int| int.size == 0 && int.signed == (kind == "sint"))
            }
            "bitfield32" => matches!(ty, Type::Bitfield32(_)),
            "nest" => {
                matches!(
                    ty,
                    Type::Nest(_)
                        | Type::IndexedArray(_)
                        | Type::SubMessage(_)
                        | Type::FixedHeader(..)
                )
            }
            "indexed-array" | "nest-type-value" => matches!(ty, Type::IndexedArray(_)),
            "sub-message" => matches!(ty, Type::SubMessage(_)),
            "ipv4" => matches!(ty, Type::Ipv4 | Type::Ip),
            "ipv6" => matches!(ty, Type::Ipv6 | Type::Ip),
            "binary" => match text(&attr["display-hint"]) {
                "ipv4-or-v6" => matches!(ty, Type::Ip | Type::Ipv4 | Type::Ipv6),
                "ipv4" => matches!(ty, Type::Ipv4),
                "ipv6" => matches!(ty, Type::Ipv6),
                "mac" => matches!(ty, Type::Hardware | Type::Bytes(6, 6)),
                _ if attr.get("sub-type").is_some() => matches!(ty, Type::Array(_)),
                _ => !matches!(ty, Type::Flag) && self.fits_length(ty, attr),
            },
            _ => number(kind).is_some_and(|(size, signed)| match ty.int() {
                Some(int) => same_int(int, size, signed, big),
                None => size == 4 && big && matches!(ty, Type::Ipv4),
            }),
        }
    }

    fn fits_length(&self, ty: Type, attr: &Value) -> bool {
        let exact = attr["checks"]["exact-len"].as_u64();
        match (exact, size(ty)) {
            (Some(exact), Some(size)) => exact == size as u64,
            _ => true,
        }
    }

    /// Compares a structure, also a message's header; exceptions are by the field's offset.
    pub fn structure(&self, layout: &Layout, name: &str, exceptions: Exceptions<'_>) {
        let mut report = self.report(layout.name, name, exceptions);
        for (offset, problem) in self.layout(layout, name, None) {
            report.add(offset, problem);
        }
    }

    /// Returns the differences of a structure, by offset; field names are not compared.
    fn layout(&self, layout: &Layout, name: &str, len: Option<u64>) -> Vec<(u64, String)> {
        let mut problems = Vec::new();
        let Some(theirs) = self.find(&self.json["definitions"]["struct"], name) else {
            return problems;
        };
        let len = len.or(theirs["size"].as_u64()).unwrap_or(0);
        if layout.len as u64 != len {
            let problem = format!("ours has {} bytes, the spec's {len}", layout.len);
            problems.push((layout.len as u64, problem));
        }
        let members: Vec<_> = elements(&theirs["members"]).collect();
        for &member in &members {
            let (offset, len) = (member["offset"].as_u64(), member["size"].as_u64());
            let (Some(offset), Some(len)) = (offset, len) else { continue };
            let (name, kind) = (text(&member["name"]), text(&member["type"]));
            let filler = ["pad", "resv", "reserved", "unused", "res1", "res2"];
            let filler = kind == "pad" || filler.iter().any(|filler| name.contains(filler));
            if filler || len == 0 {
                continue;
            }
            let Some(field) = layout.fields.iter().find(|field| field.offset as u64 == offset)
            else {
                problems.push((offset, format!("{name} is missing")));
                continue;
            };
            let big = member["byte-order"] == "big-endian";
            let same = match (number(kind), field.ty.int()) {
                (Some((size, signed)), Some(int)) => same_int(int, size, signed, big),
                _ => size(field.ty).is_none_or(|size| size as u64 == len),
            };
            if !same && member.get("bits").is_none() {
                let ours = shape(field.ty);
                problems.push((offset, format!("{name} is {ours}, the spec's {kind} of {len}")));
            }
        }
        for field in layout.fields {
            let offset = field.offset as u64;
            let within = |member: &&Value| {
                let start = member["offset"].as_u64().unwrap_or(0);
                (start..start + member["size"].as_u64().unwrap_or(0).max(1)).contains(&offset)
            };
            if !members.iter().any(within) {
                problems.push((offset, format!("{} is not in the spec", field.name)));
            }
        }
        problems
    }

    /// Compares the names of values or bits with an enumeration; exceptions are by value. Names
    /// for 0 may be left out.
    pub fn names(&self, names: ValueNames, name: &str, exceptions: Exceptions<'_>) {
        let definitions = &self.json["definitions"];
        let both = elements(&definitions["enum"]).chain(elements(&definitions["flags"]));
        let Some(theirs) = both.clone().find(|element| element["name"] == name) else {
            let all: Vec<_> = both.map(|element| text(&element["name"])).collect();
            return self.add_problem(format!("the spec has no values {name}, but {all:?}"));
        };
        let entries: Vec<_> = elements(&theirs["entries"])
            .map(|entry| (value(&entry["value"]), text(&entry["name"])))
            .collect();
        let shared = shared_prefix(entries.iter().map(|entry| entry.1));
        self.compare_names(names, name, &entries, shared, exceptions);
    }

    /// Compares the names of values or bits with the constants that start with a prefix, `RTM_F_`;
    /// exceptions are by value.
    pub fn constants(&self, names: ValueNames, prefix: &str, exceptions: Exceptions<'_>) {
        let entries: Vec<_> = elements(&self.json["definitions"]["const"])
            .filter_map(|entry| {
                Some((value(&entry["value"]), text(&entry["name"]).strip_prefix(prefix)?))
            })
            .collect();
        if entries.is_empty() {
            self.add_problem(format!("the spec has no constants {prefix}*"));
        }
        self.compare_names(names, prefix, &entries, 0, exceptions);
    }

    fn compare_names(
        &self,
        names: ValueNames,
        what: &str,
        theirs: &[(u64, &str)],
        shared: usize,
        exceptions: Exceptions<'_>,
    ) {
        let mut report = self.report("values", what, exceptions);
        for (value, name) in theirs {
            let ours = names.iter().filter(|ours| ours.0 == *value);
            let aliases = theirs.iter().filter(|alias| alias.0 == *value);
            if ours.clone().count() == 0 && *value != 0 {
                report.add(*value, format!("{name} is missing"));
            }
            for (_, ours) in ours {
                let mut aliases = aliases.clone();
                if !aliases.any(|alias| same_name(alias.1, ours, shared)) {
                    report.add(*value, format!("{ours} is {name} in the spec"));
                }
            }
        }
        for (value, name) in names {
            if !theirs.iter().any(|theirs| theirs.0 == *value) {
                report.add(*value, format!("{name} is not in the spec"));
            }
        }
    }

    /// Compares families' messages or commands with all operations that the description has, and
    /// a generic family's groups; exceptions are by the message's number.
    pub fn operations(&self, families: &[&Family], exceptions: Exceptions<'_>) {
        let plain = |name: &str| -> String {
            let letters = name.chars().filter(|c| c.is_ascii_alphanumeric());
            letters.map(|c| c.to_ascii_lowercase()).collect()
        };
        let names: Vec<_> = families.iter().map(|family| family.name).collect();
        let mut report = self.report(&names.join(", "), "operations", exceptions);
        let rows = || families.iter().flat_map(|family| family.messages);
        let mut theirs = Vec::new();
        for operation in elements(&self.json["operations"]) {
            let name = text(&operation["name"]);
            for key in ["nlmsg-type", "value", "request-value", "reply-value"] {
                let Some(number) = operation[key].as_u64() else { continue };
                theirs.push(number);
                if !rows().any(|row| u64::from(row.number) == number) {
                    report.add(number, format!("{name} is missing"));
                }
                if key == "nlmsg-type" {
                    break;
                }
            }
            let number = operation["value"].as_u64().or(operation["request-value"].as_u64());
            let row = rows().find(|row| Some(u64::from(row.number)) == number);
            if let Some(row) = row.filter(|row| !plain(name).contains(&plain(row.name))) {
                report.add(row.number.into(), format!("{} is {name} in the spec", row.name));
            }
        }
        for row in rows() {
            if !theirs.contains(&row.number.into()) {
                report.add(row.number.into(), format!("{} is not in the spec", row.name));
            }
        }
        if self.json["protocol"] == "netlink-raw" {
            return;
        }
        for group in elements(&self.json["mcast-groups"]) {
            let name = text(&group["name"]);
            if !families.iter().any(|family| family.groups.contains(&name)) {
                report.add(0, format!("the group {name} is missing"));
            }
        }
    }

    /// Compares the numbers of fixed multicast groups; exceptions are by number.
    pub fn groups(&self, names: ValueNames, exceptions: Exceptions<'_>) {
        let entries: Vec<_> = elements(&self.json["mcast-groups"])
            .map(|group| (value(&group["value"]), text(&group["name"])))
            .collect();
        self.compare_names(names, "mcast-groups", &entries, 0, exceptions);
    }
}

fn elements(list: &Value) -> impl Iterator<Item = &Value> + Clone {
    list.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns a value as tables have it: negative ones are sign-extended.
fn value(value: &Value) -> u64 {
    value.as_u64().or(value.as_i64().map(|value| value as u64)).unwrap_or(u64::MAX)
}

/// Returns the words of a name, whatever separates them.
fn words(name: &str) -> Vec<String> {
    name.split(['-', '_', ' ', '.']).map(str::to_ascii_lowercase).collect()
}

/// Returns the number of leading words that all names share; one word of each remains.
fn shared_prefix<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    let all: Vec<_> = names.map(words).collect();
    let Some((first, rest)) = all.split_first() else { return 0 };
    let longest = all.iter().map(|words| words.len() - 1).min().unwrap_or(0);
    (0..longest).take_while(|&at| rest.iter().all(|words| words[at] == first[at])).count()
}

/// Returns whether our name is the description's, with or without words that all names start with.
fn same_name(theirs: &str, ours: &str, shared: usize) -> bool {
    let (theirs, ours) = (words(theirs), words(ours));
    (0..=shared).any(|skipped| theirs[skipped..] == ours)
}

/// Returns the size in bytes and the signedness of a scalar type by its name.
fn number(kind: &str) -> Option<(u8, bool)> {
    let bits: u8 = kind.get(1..)?.parse().ok()?;
    match (kind.get(..1)?, bits) {
        (sign @ ("u" | "s"), 8 | 16 | 32 | 64) => Some((bits / 8, sign == "s")),
        _ => None,
    }
}

fn same_int(int: Int, size: u8, signed: bool, big: bool) -> bool {
    let order = if big { Order::Big } else { Order::Native };
    (int.size, int.signed) == (size, signed) && (int.order == order || size == 1)
}

/// Returns the type of an array's elements, and any other type itself.
fn element(ty: Type) -> Type {
    match ty {
        Type::Array(element) => *element,
        other => other,
    }
}

/// Returns the length in bytes of a type's values, if it is fixed.
fn size(ty: Type) -> Option<usize> {
    if matches!(ty, Type::Flag) { Some(0) } else { ty.fixed_len() }
}

/// Describes a type in a few words.
fn shape(ty: Type) -> String {
    match ty {
        Type::Int(int) | Type::Enum(int, _) | Type::Flags(int, _) => {
            let sign = if int.signed { "s" } else { "u" };
            let names = if matches!(ty, Type::Int(_)) { "" } else { " with names" };
            format!("{sign}{} {:?}{names}", u32::from(int.size) * 8, int.order)
        }
        Type::Struct(layout) => format!("the structure {}", layout.name),
        Type::Nest(rows) => format!("a nest of {}", rows().name),
        Type::Array(element) => format!("an array of {}", shape(*element)),
        Type::IndexedArray(element) => format!("an indexed array of {}", shape(*element)),
        Type::FixedHeader(layout, rows) => format!("{} and {}", layout.name, rows().name),
        Type::Records(layout, rows) => format!("records of {} and {}", layout.name, rows().name),
        Type::SubMessage(_) => "a sub-message".into(),
        other => format!("{other:?}"),
    }
}
