//! Scores a folder of recordings.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::path::Path;

use barelink_codec::Messages;
use barelink_codec::message::HEADER;
use barelink_examples_support::tree::Tree;

use crate::capture::{self, Capture};
use crate::families;
use crate::names::Names;
use crate::rebuild::Rebuild;
use crate::spec::Spec;
use crate::swap;
use crate::truth::Truth;
use crate::walk::{Walk, is_verdict, links_header};

/// The scores.
#[derive(Debug, Default)]
pub struct Report {
    /// Files read, and of those, how many are of a machine of the other byte order.
    pub files: (usize, usize),
    /// Whether everything can be walked.
    pub walk: Walk,
    /// Whether everything is known, by family.
    pub names: BTreeMap<&'static str, Names>,
    /// Whether values are right, by the family's name in the kernel's descriptions.
    pub truth: BTreeMap<String, Truth>,
    /// The same, of machines of the other byte order.
    pub swapped: BTreeMap<String, Truth>,
    /// Whether requests can be built, by family.
    pub rebuild: BTreeMap<&'static str, Rebuild>,
}

impl Report {
    /// Where our JSON is not to the letter what the kernel's own tool prints, one line each.
    pub fn letters(&self) -> Vec<String> {
        let letters = self.truth.values().flat_map(|truth| &truth.letters);
        letters
            .map(|(path, (count, example))| format!("{path}, {count} times: {example}"))
            .collect()
    }
}

/// The families whose values are compared.
const DESCRIBED: [&str; 8] =
    ["rt-link", "rt-addr", "rt-route", "rt-neigh", "rt-rule", "tc", "conntrack", "nlctrl"];

/// Scores every recording below this folder; with the folder of the kernel's descriptions, values
/// as well.
pub fn report(captures: &Path, specs: Option<&Path>) -> io::Result<Report> {
    let mut described = HashMap::new();
    if let Some(folder) = specs {
        for family in DESCRIBED {
            described.insert(family, Spec::read(folder, family)?);
        }
    }
    let mut report = Report::default();
    for file in capture::all(captures)? {
        let mut capture = Capture::read(captures, &file)?;
        report.capture(&mut capture, &described);
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
                let wrong = record.to_kernel && capture.name.contains("/err/");
                let truth = capture.truth.get(&(index, number));
                let to = if foreign { &mut self.swapped } else { &mut self.truth };
                if let Some(tree) = &tree {
                    self.names.entry(tree.family.name).or_default().look(tree, wrong, &place);
                    let name = truth.and_then(|truth| truth["family"].as_str());
                    if let Some((truth, name)) = truth.zip(name)
                        && let Some(spec) = specs.get(name)
                    {
                        let original = foreign.then_some(&before[..]);
                        let originals = original.map(|original| (&record.bytes[..], original));
                        to.entry(name.to_owned()).or_default().compare(
                            tree,
                            message.payload,
                            truth,
                            spec,
                            &place,
                            originals,
                        );
                    }
                    if record.to_kernel {
                        let rebuild = self.rebuild.entry(tree.family.name).or_default();
                        let fault = match wrong {
                            true => Some("sent wrong on purpose"),
                            false => links_header(message),
                        };
                        rebuild.check(tree, message, whole, fault, &place);
                    }
                } else if let Some(truth) = truth
                    && truth["family"] == "netlink"
                    && is_verdict(record.protocol, message)
                {
                    to.entry("netlink".to_owned()).or_default().control(message, truth, &place);
                }
            }
        }
        capture.records = records;
    }

    /// What is not as it should be, one line each.
    pub fn failures(&self) -> Vec<String> {
        let mut failures: Vec<String> = Vec::new();
        failures.extend(self.walk.faults.iter().map(|fault| format!("walk: {fault}")));
        for (family, names) in &self.names {
            for (path, (count, example)) in &names.unknown {
                failures.push(format!("unknown in {family}: {path}, {count} times: {example}"));
            }
            for (path, (count, example)) in &names.odd {
                failures
                    .push(format!("does not fit in {family}: {path}, {count} times: {example}"));
            }
        }
        for truth in self.truth.values().chain(self.swapped.values()) {
            for (path, (count, example)) in &truth.differences {
                failures.push(format!("differs: {path}, {count} times: {example}"));
            }
        }
        for (family, rebuild) in &self.rebuild {
            failures.extend(rebuild.different.iter().map(|at| format!("rebuilt {family}: {at}")));
        }
        failures
    }
}

fn exceptions(f: &mut fmt::Formatter<'_>, all: &BTreeMap<&'static str, usize>) -> fmt::Result {
    all.iter().try_for_each(|(why, count)| writeln!(f, "      but {count}: {why}"))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (files, swapped) = self.files;
        writeln!(f, "{files} files, {swapped} of them of the other byte order")?;
        let Walk { datagrams, foreign, messages, attributes, excepted, faults } = &self.walk;
        writeln!(
            f,
            "walk   {datagrams} datagrams ({foreign} more are no netlink), {messages} messages, \
             of {attributes} the attributes as well: {} faults",
            faults.len()
        )?;
        exceptions(f, excepted)?;
        for (family, names) in &self.names {
            let sum = |map: &BTreeMap<String, (usize, String)>| -> usize {
                map.values().map(|(count, _)| count).sum()
            };
            let (unknown, odd) = (sum(&names.unknown), sum(&names.odd));
            writeln!(
                f,
                "names  {family}: {} known, {unknown} unknown, {odd} do not fit",
                names.known
            )?;
            exceptions(f, &names.excepted)?;
            for (what, count) in &names.lengths {
                writeln!(f, "      structure {what}, {count} times")?;
            }
        }
        for (word, scores) in [("truth ", &self.truth), ("swapped", &self.swapped)] {
            for (family, truth) in scores {
                let Truth {
                    messages,
                    equal,
                    bytes,
                    identical,
                    undecoded,
                    excepted,
                    differences,
                    ..
                } = truth;
                let different: usize = differences.values().map(|(count, _)| count).sum();
                writeln!(
                    f,
                    "{word} {family}: {messages} messages, {equal} values equal, {bytes} equal as \
                     bytes, {undecoded} undecoded there, {different} differ; the JSON of \
                     {identical} is the same to the letter"
                )?;
                exceptions(f, excepted)?;
            }
        }
        for (family, rebuild) in &self.rebuild {
            let Rebuild { same, padded, different, excepted, shorter, typed, copied } = rebuild;
            let of = same + different.len();
            if of + excepted.len() == 0 {
                continue;
            }
            let copies: usize = copied.values().sum();
            writeln!(
                f,
                "build  {family}: {same} of {of} requests the same, {typed} values by their types, \
                 {copies} payloads only copied"
            )?;
            exceptions(f, copied)?;
            for (why, count) in excepted {
                writeln!(f, "      {count} more do not come out the same: {why}")?;
            }
            if *padded > 0 {
                writeln!(f, "      {padded} were sent with bytes in their padding, left aside")?;
            }
            for (len, count) in shorter {
                writeln!(f, "      {count} have a header of only {len} bytes")?;
            }
        }
        Ok(())
    }
}
