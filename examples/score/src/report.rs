//! Scores the recordings of a directory, and prints the result.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::path::Path;

use barelink_codec::Messages;
use barelink_codec::message::HEADER;
use barelink_examples_support::tree::Tree;

use crate::capture::{self, Capture};
use crate::compare::CompareScore;
use crate::families;
use crate::names::NameScore;
use crate::rebuild::RebuildScore;
use crate::spec::Spec;
use crate::swap;
use crate::walk::{WalkScore, has_status, legacy_fdb_request};

/// Scores of all recordings.
#[derive(Debug, Default)]
pub struct Report {
    /// Number of files, and of those of a machine of the other byte order.
    pub files: (usize, usize),
    /// Result of walking every datagram.
    pub walk: WalkScore,
    /// Known and unknown attributes, by family.
    pub names: BTreeMap<&'static str, NameScore>,
    /// Comparison of values with the kernel's tool, by the family's name in the specifications.
    pub values: BTreeMap<String, CompareScore>,
    /// Comparison of values of machines of the other byte order.
    pub swapped: BTreeMap<String, CompareScore>,
    /// Requests that were built again, by family.
    pub rebuild: BTreeMap<&'static str, RebuildScore>,
}

impl Report {
    /// Returns a line for each path at which our JSON differs from that of the kernel's tool.
    pub fn json_differences(&self) -> Vec<String> {
        let differences = self.values.values().flat_map(|score| &score.json_differences);
        differences
            .map(|(path, (count, example))| format!("{path}, {count} times: {example}"))
            .collect()
    }
}

/// Families whose values are compared, by their names in the specifications.
const SPECIFIED: [&str; 8] =
    ["rt-link", "rt-addr", "rt-route", "rt-neigh", "rt-rule", "tc", "conntrack", "nlctrl"];

/// Scores every recording below a directory; compares values if there are specifications.
///
/// # Errors
/// A file that cannot be read or parsed.
pub fn report(captures: &Path, specs: Option<&Path>) -> io::Result<Report> {
    let mut specified = HashMap::new();
    if let Some(directory) = specs {
        for family in SPECIFIED {
            specified.insert(family, Spec::read(directory, family)?);
        }
    }
    let mut report = Report::default();
    for file in capture::all(captures)? {
        let mut capture = Capture::read(captures, &file)?;
        report.capture(&mut capture, &specified);
    }
    Ok(report)
}

impl Report {
    fn capture(&mut self, capture: &mut Capture, specs: &HashMap<&str, Spec>) {
        let foreign = capture.is_foreign();
        self.files.0 += 1;
        self.files.1 += usize::from(foreign);
        let mut records = std::mem::take(&mut capture.records);
        for (index, record) in records.iter_mut().enumerate() {
            let before = record.bytes.clone();
            if foreign && record.protocol != capture::UEVENT {
                swap::datagram(&mut record.bytes, record.protocol);
            }
            let record = &*record;
            let messages = self.walk.datagram(capture, index, record);
            let mut at = Messages::new(&record.bytes);
            for (number, message) in messages.iter().enumerate() {
                let start = at.at();
                at.next();
                let whole = &record.bytes[start..start + HEADER + message.payload.len()];
                let place = format!("{} #{index}.{number}", capture.name);
                let family = families::of(record.protocol, message);
                let family = family.filter(|_| message.message_type >= 16);
                let tree = family.and_then(|family| Tree::new(family, message));
                self.walk.message(capture, index, record, message, tree.as_ref());
                let malformed = record.to_kernel && capture.name.contains("/err/");
                let reference = capture.reference.get(&(index, number));
                let scores = if foreign { &mut self.swapped } else { &mut self.values };
                if let Some(tree) = &tree {
                    self.names.entry(tree.family.name).or_default().count(tree, malformed, &place);
                    let name = reference.and_then(|reference| reference["family"].as_str());
                    let spec = name.and_then(|name| specs.get(name));
                    if let (Some(reference), Some(name), Some(spec)) = (reference, name, spec) {
                        let original = foreign.then_some(&before[..]);
                        let originals = original.map(|original| (&record.bytes[..], original));
                        scores.entry(name.to_owned()).or_default().compare(
                            tree,
                            message.payload,
                            reference,
                            spec,
                            &place,
                            originals,
                        );
                    }
                    if record.to_kernel {
                        let rebuild = self.rebuild.entry(tree.family.name).or_default();
                        let fault = match malformed {
                            true => Some("malformed on purpose"),
                            false => legacy_fdb_request(message),
                        };
                        rebuild.check(tree, message, whole, fault, &place);
                    }
                } else if let Some(reference) = reference.filter(|reference| {
                    reference["family"] == "netlink" && has_status(record.protocol, message)
                }) {
                    scores
                        .entry("netlink".to_owned())
                        .or_default()
                        .control(message, reference, &place);
                }
            }
        }
        capture.records = records;
    }

    /// Returns a line for each unexpected result.
    pub fn failures(&self) -> Vec<String> {
        let mut failures: Vec<String> = Vec::new();
        failures.extend(self.walk.faults.iter().map(|fault| format!("walk: {fault}")));
        for (family, names) in &self.names {
            for (path, (count, example)) in &names.unknown {
                failures.push(format!("unknown in {family}: {path}, {count} times: {example}"));
            }
            for (path, (count, example)) in &names.misfits {
                failures
                    .push(format!("does not fit in {family}: {path}, {count} times: {example}"));
            }
        }
        for score in self.values.values().chain(self.swapped.values()) {
            for (path, (count, example)) in &score.differences {
                failures.push(format!("differs: {path}, {count} times: {example}"));
            }
        }
        for (family, rebuild) in &self.rebuild {
            failures.extend(rebuild.different.iter().map(|at| format!("rebuilt {family}: {at}")));
        }
        failures
    }
}

fn write_reasons(f: &mut fmt::Formatter<'_>, all: &BTreeMap<&'static str, usize>) -> fmt::Result {
    all.iter().try_for_each(|(reason, count)| writeln!(f, "      {count}: {reason}"))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (files, swapped) = self.files;
        writeln!(f, "{files} files, {swapped} of them of the other byte order")?;
        let WalkScore { datagrams, foreign, messages, attributes, expected, faults } = &self.walk;
        writeln!(
            f,
            "walk   {datagrams} datagrams ({foreign} more are not netlink), {messages} messages, \
             {attributes} with their attributes: {} faults",
            faults.len()
        )?;
        write_reasons(f, expected)?;
        for (family, names) in &self.names {
            let sum = |map: &BTreeMap<String, (usize, String)>| -> usize {
                map.values().map(|(count, _)| count).sum()
            };
            let (unknown, misfits) = (sum(&names.unknown), sum(&names.misfits));
            writeln!(
                f,
                "names  {family}: {} known, {unknown} unknown, {misfits} do not fit",
                names.known
            )?;
            write_reasons(f, &names.expected)?;
            for (what, count) in &names.lengths {
                writeln!(f, "      structure {what}, {count} times")?;
            }
        }
        for (label, scores) in [("values ", &self.values), ("swapped", &self.swapped)] {
            for (family, score) in scores {
                let CompareScore {
                    messages,
                    equal,
                    bytes,
                    identical,
                    undecoded,
                    expected,
                    differences,
                    ..
                } = score;
                let different: usize = differences.values().map(|(count, _)| count).sum();
                writeln!(
                    f,
                    "{label} {family}: {messages} messages, {equal} values equal, {bytes} equal as \
                     bytes, {undecoded} undecoded by the kernel's tool, {different} differ; \
                     {identical} messages have identical JSON"
                )?;
                write_reasons(f, expected)?;
            }
        }
        for (family, rebuild) in &self.rebuild {
            let RebuildScore { same, padded, different, expected, shorter, typed, copied } =
                rebuild;
            let total = same + different.len();
            if total + expected.len() == 0 {
                continue;
            }
            let copies: usize = copied.values().sum();
            writeln!(
                f,
                "build  {family}: {same} of {total} requests identical, {typed} values by their types, \
                 {copies} payloads copied"
            )?;
            write_reasons(f, copied)?;
            for (reason, count) in expected {
                writeln!(f, "      {count} more differ: {reason}")?;
            }
            if *padded > 0 {
                writeln!(f, "      {padded} have nonzero padding, which is not compared")?;
            }
            for (len, count) in shorter {
                writeln!(f, "      {count} have a header of {len} bytes")?;
            }
        }
        Ok(())
    }
}
