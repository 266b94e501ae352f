//! Compares what we make of a message with what the kernel's own tool, pyynl, made of its bytes.
//!
//! Names are matched by their numbers, through the kernel's descriptions; values have to be equal.
//! Where the other side only has bytes, the bytes have to be.

use std::collections::BTreeMap;

use barelink_codec::Message;
use barelink_codec::control::{Control, ExtAck, PolicyAttr, Status};
use barelink_codec::schema::{Int, Order, Set, Type};
use barelink_examples_support::json;
use barelink_examples_support::tree::{Attr, Embedded, Node, Part, Run, Tree};
use serde_json::{Map, Value};

use crate::spec::{Attribute, Spec};

/// What came of comparing.
#[derive(Debug, Default)]
pub struct Truth {
    /// Messages compared.
    pub messages: usize,
    /// Values that are equal.
    pub equal: usize,
    /// Values that the other side only has as bytes, which are equal.
    pub bytes: usize,
    /// Messages whose JSON is the same to the letter, by our tables alone.
    pub identical: usize,
    /// Where the JSON is not the same to the letter, each with an example.
    pub letters: BTreeMap<String, (usize, String)>,
    /// Values that the other side could not read.
    pub undecoded: usize,
    /// Differences that have a reason, by it.
    pub excepted: BTreeMap<&'static str, usize>,
    /// Differences that have none, by where they are, each with an example.
    pub differences: BTreeMap<String, (usize, String)>,
}

/// Differences in which the other side is wrong: the family, where, and why.
struct Exception {
    family: &'static str,
    start: &'static str,
    end: &'static str,
    applies: fn(&Scene<'_>, &[u8], &Value) -> bool,
    why: &'static str,
}

/// `AF_BRIDGE`.
const BRIDGE: u8 = 7;
/// `AF_MPLS`.
const MPLS: u8 = 28;

/// Why what goes with a kind of traffic control is not compared.
const KINDS: &str = "no tables here of what goes with a kind of traffic control";

const EXCEPTIONS: &[Exception] = &[
    Exception {
        family: "rt-link",
        start: "/af-spec",
        end: "",
        applies: |scene, _, _| scene.family == BRIDGE,
        why: "AF_SPEC of bridges is read as settings by address family",
    },
    Exception {
        family: "rt-link",
        start: "/af-spec/inet6/conf",
        end: "",
        applies: |_, payload, truth| unsigned(payload, Order::Native) == truth.as_u64(),
        why: "settings that may be negative are described as if they could not",
    },
    Exception {
        family: "rt-link",
        start: "/linkinfo/",
        end: "-id/prio",
        applies: |_, payload, truth| unsigned(payload, Order::Native) == truth.as_u64(),
        why: "a bridge's priority is in network order, and not described so",
    },
    Exception {
        family: "rt-link",
        start: "/linkinfo/data/vlan-protocol",
        end: "",
        applies: |_, payload, truth| unsigned(payload, Order::Native) == truth.as_u64(),
        why: "a bridge's VLAN protocol is in network order, and not described so",
    },
    Exception {
        family: "rt-link",
        start: "/linkinfo/data/flags",
        end: "",
        applies: |_, payload, truth| unsigned(payload, Order::Big) == truth.as_u64(),
        why: "an ip6tnl's flags are in the machine's order, and described as in network order",
    },
    Exception {
        family: "rt-neigh",
        start: "/port",
        end: "",
        applies: |_, payload, truth| unsigned(payload, Order::Native) == truth.as_u64(),
        why: "a neighbour's UDP port is in network order, and not described so",
    },
    Exception {
        family: "rt-rule",
        start: "/tun-id",
        end: "",
        applies: |_, payload, truth| unsigned(payload, Order::Native) == truth.as_u64(),
        why: "a rule's tunnel id is in network order, and not described so",
    },
    Exception {
        family: "rt-route",
        start: "/dst",
        end: "",
        applies: |scene, payload, truth| {
            scene.family == MPLS && truth.as_str() == json::address(payload).as_deref()
        },
        why: "the label that a route is for is described as an address",
    },
    Exception {
        family: "tc",
        start: "/options",
        end: "",
        applies: |_, _, truth| truth.is_object(),
        why: KINDS,
    },
    Exception {
        family: "tc",
        start: "/xstats",
        end: "",
        applies: |_, _, truth| truth.is_object(),
        why: KINDS,
    },
    Exception {
        family: "tc",
        start: "/stats2/app",
        end: "",
        applies: |_, _, truth| truth.is_object(),
        why: KINDS,
    },
];

fn unsigned(payload: &[u8], order: Order) -> Option<u64> {
    Int { order, ..Int::unsigned(payload.len() as u8) }.load(payload)
}

/// What is being compared.
struct Scene<'s> {
    spec: &'s Spec,
    name: &'s str,
    place: &'s str,
    /// The first byte of the header, most often the address family.
    family: u8,
    originals: Option<(&'s [u8], &'s [u8])>,
    score: &'s mut Truth,
}

impl Truth {
    /// Compares a message of a family that is described.
    ///
    /// Of a machine of the other byte order, `originals` are the datagram as it was turned around,
    /// and as it was.
    pub fn compare<'s>(
        &'s mut self,
        tree: &Tree<'_>,
        payload: &[u8],
        truth: &Value,
        spec: &'s Spec,
        place: &'s str,
        originals: Option<(&'s [u8], &'s [u8])>,
    ) {
        let (Some(family), Some(operation)) = (truth["family"].as_str(), truth["op"].as_str())
        else {
            return;
        };
        let Some((set, header)) = spec.operation(operation) else { return };
        self.messages += 1;
        let ours = json::attributes(tree);
        match truth["attrs"] == ours {
            true => self.identical += 1,
            false => self.letters(family, &ours, &truth["attrs"]),
        }
        let first = payload.first().copied().unwrap_or_default();
        let mut scene = Scene { spec, name: family, place, family: first, originals, score: self };
        match (truth["header"].as_object(), header) {
            (Some(truth), Some(header)) => {
                scene.parts(&tree.header, truth, Some(header), "/header")
            }
            _ => {
                for (ours, theirs) in [("command", "cmd"), ("version", "version")] {
                    if let Some(part) = tree.header.iter().find(|part| part.field.name == ours) {
                        scene.node(&part.node, &truth[theirs], None, &format!("/header/{theirs}"));
                    }
                }
            }
        }
        if let Some(truth) = truth["attrs"].as_object() {
            scene.run(&tree.run, truth, Some(set), "");
        }
    }

    /// Compares a message of netlink's own.
    pub fn control(&mut self, message: &Message<'_>, truth: &Value, place: &str) {
        let Ok(status) = Status::read(message) else {
            self.differ("netlink/verdict", || format!("{place}: cannot be read"));
            return;
        };
        self.messages += 1;
        let mut check = |what: &str, ours: Value, theirs: &Value| {
            if ours == *theirs {
                self.equal += 1;
            } else {
                self.differ(&format!("netlink/{what}"), || {
                    format!("{place}: ours {ours}, theirs {theirs}")
                });
            }
        };
        // The end of a dump may do without its number.
        if !(message.message_type == Control::DONE.0 && message.payload.is_empty()) {
            check("error", (-i64::from(status.errno)).into(), &truth["error"]);
        }
        if let Some(request) = status.request {
            let request = serde_json::json!({
                "length": request.len, "type": request.message_type, "flags": request.flags,
                "seq": request.seq, "port": request.port,
            });
            check("request", request, &truth["request"]);
        }
        let details = details(&status);
        let theirs = truth["ext-ack"].as_object().cloned().unwrap_or_default();
        check("ext-ack", details.into(), &theirs.into());
    }

    fn letters(&mut self, path: &str, ours: &Value, theirs: &Value) {
        match (ours, theirs) {
            (Value::Object(ours), Value::Object(theirs)) => {
                let more = theirs.keys().filter(|name| !ours.contains_key(*name));
                for name in ours.keys().chain(more) {
                    let of = |map: &Map<String, Value>| map.get(name).cloned().unwrap_or_default();
                    self.letters(&format!("{path}/{name}"), &of(ours), &of(theirs));
                }
            }
            (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
                for (ours, theirs) in ours.iter().zip(theirs) {
                    self.letters(&format!("{path}[]"), ours, theirs);
                }
            }
            _ if ours == theirs => {}
            _ => {
                let entry = self.letters.entry(path.to_owned());
                entry.or_insert_with(|| (0, format!("ours {ours}, theirs {theirs}"))).0 += 1;
            }
        }
    }

    fn differ(&mut self, what: &str, example: impl FnOnce() -> String) {
        let entry = self.differences.entry(what.to_owned());
        entry.or_insert_with(|| (0, example())).0 += 1;
    }
}

/// The details of a verdict, under pyynl's names for them.
fn details(status: &Status<'_>) -> Map<String, Value> {
    let mut object = Map::new();
    for attr in status.ext_ack.iter().filter_map(Result::ok) {
        let word = || Int32(attr.payload()).into();
        let (name, value): (&str, Value) = match ExtAck::table().row(attr.number()) {
            Some(row) if row.name == "MSG" => ("msg", json::text(attr.payload()).into()),
            Some(row) if row.name == "OFFS" => ("bad-attr-offs", word()),
            Some(row) if row.name == "COOKIE" => ("cookie", json::hex(attr.payload()).into()),
            Some(row) if row.name == "MISS_TYPE" => ("miss-type", word()),
            Some(row) if row.name == "MISS_NEST" => ("miss-nest", word()),
            Some(row) if row.name == "POLICY" => ("policy", policy(attr.payload())),
            _ => ("unknown", json::hex(attr.payload()).into()),
        };
        object.insert(name.to_owned(), value);
    }
    object
}

/// A policy, whose bounds have the same name whether they may be negative or not.
fn policy(payload: &[u8]) -> Value {
    let mut object = Map::new();
    for attr in barelink_codec::Attrs::<PolicyAttr>::new(payload).iter().filter_map(Result::ok) {
        let Some(row) = PolicyAttr::table().row(attr.number()) else { continue };
        let Some(value) = row.ty.int().and_then(|int| int.load(attr.payload())) else { continue };
        let signed = row.ty.int().is_some_and(|int| int.signed);
        let name = json::name(row.name.trim_end_matches("_S").trim_end_matches("_U"));
        let value = match row.ty {
            Type::Enum(_, names) => names
                .iter()
                .find(|known| known.0 == value)
                .map_or(value.into(), |known| json::name(known.1).into()),
            _ if signed => (value as i64).into(),
            _ => value.into(),
        };
        object.insert(name, value);
    }
    object.into()
}

/// Four bytes as a number.
struct Int32<'a>(&'a [u8]);

impl From<Int32<'_>> for Value {
    fn from(bytes: Int32<'_>) -> Value {
        bytes.0.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes)).into()
    }
}

impl Scene<'_> {
    fn run(&mut self, run: &Run<'_>, truth: &Map<String, Value>, set: Option<&str>, path: &str) {
        let spec = self.spec;
        let mut left: Vec<&String> = truth.keys().filter(|name| *name != "_undecoded").collect();
        let undecoded = truth.get("_undecoded").and_then(Value::as_array);
        let mut numbers: Vec<u16> = Vec::new();
        for attr in &run.attrs {
            if numbers.contains(&attr.number) {
                continue;
            }
            numbers.push(attr.number);
            let number = attr.number;
            let same: Vec<&Attr<'_>> =
                run.attrs.iter().filter(|other| other.number == number).collect();
            let attribute = set.and_then(|set| spec.attribute(set, number));
            let name = attribute.map_or_else(
                || format!("UnknownAttr({number})"),
                |attribute| attribute.name.clone(),
            );
            let path = format!("{path}/{name}");
            left.retain(|other| **other != name);
            match truth.get(&name) {
                Some(Value::Array(list)) if attribute.is_none_or(|attribute| attribute.multi) => {
                    if list.len() != same.len() {
                        self.differ(&path, attr.node.payload, || {
                            format!("ours {} times, theirs {}", same.len(), list.len())
                        });
                    }
                    for (attr, truth) in same.iter().zip(list) {
                        self.attribute(&attr.node, truth, attribute, (run, set), &path);
                    }
                }
                Some(value) => {
                    let Some(last) = same.last() else { continue };
                    self.attribute(&last.node, value, attribute, (run, set), &path);
                }
                None if undecoded.into_iter().flatten().any(|entry| entry["type"] == number) => {
                    self.score.undecoded += 1;
                }
                None if attribute
                    .is_some_and(|attribute| attribute.ty == "pad" || attribute.ty == "unused") =>
                {
                    if !attr.node.payload.is_empty() {
                        self.except("described as padding, and not decoded");
                    }
                }
                None => self.differ(&path, attr.node.payload, || "theirs lacks it".to_owned()),
            }
        }
        for name in left {
            self.differ(&format!("{path}/{name}"), &[], || "ours lacks it".to_owned());
        }
    }

    fn attribute(
        &mut self,
        node: &Node<'_>,
        truth: &Value,
        attribute: Option<&Attribute>,
        siblings: (&Run<'_>, Option<&str>),
        path: &str,
    ) {
        let spec = self.spec;
        let Some(attribute) = attribute else {
            return self.node(node, truth, None, path);
        };
        let chosen = attribute.choice.as_ref().and_then(|(choice, selector)| {
            let text = siblings.0.attrs.iter().find(|attr| {
                let attribute = siblings.1.and_then(|set| spec.attribute(set, attr.number));
                attribute.is_some_and(|attribute| attribute.name == *selector)
            })?;
            spec.format(choice, &json::text(text.node.payload))
        });
        let set = attribute.nested.as_deref().or(chosen);
        match (&node.inner, truth) {
            // Numbers of nests as values.
            (Embedded::Elements(_), Value::Object(truth)) if !attribute.levels.is_empty() => {
                let mut node = node;
                for level in &attribute.levels {
                    let Embedded::Elements(run) = &node.inner else { break };
                    let Some(first) = run.attrs.first() else { break };
                    self.equal(truth.get(level) == Some(&first.number.into()), path, &[], || {
                        format!("{level}: ours {}", first.number)
                    });
                    node = &first.node;
                }
                let mut truth = truth.clone();
                truth.retain(|name, _| !attribute.levels.contains(name));
                match &node.inner {
                    Embedded::Attrs(run) => self.run(run, &truth, set, path),
                    _ => self.differ(path, node.payload, || "ours is no nest".to_owned()),
                }
            }
            (Embedded::Elements(run), Value::Array(list)) => {
                self.equal(run.attrs.len() == list.len(), path, node.payload, || {
                    format!("ours has {} elements, theirs {}", run.attrs.len(), list.len())
                });
                for (element, truth) in run.attrs.iter().zip(list) {
                    let number = element.number.to_string();
                    match (&element.node.inner, truth.get(&number).and_then(Value::as_object)) {
                        (Embedded::Attrs(run), Some(truth)) => self.run(run, truth, set, path),
                        _ => self.node(&element.node, truth, Some(attribute), path),
                    }
                }
            }
            (Embedded::Attrs(run), Value::Object(truth)) => self.run(run, truth, set, path),
            _ => self.node(node, truth, Some(attribute), path),
        }
    }

    fn parts(
        &mut self,
        parts: &[Part<'_>],
        truth: &Map<String, Value>,
        structure: Option<&str>,
        path: &str,
    ) {
        let spec = self.spec;
        for (name, value) in truth {
            let member = structure.and_then(|structure| spec.member(structure, name));
            let path = format!("{path}/{name}");
            let part = parts.iter().find(|part| {
                member.map_or(json::name(part.field.name) == *name, |member| {
                    part.field.offset == member.offset
                })
            });
            let names = member.and_then(|member| member.names.as_deref());
            match part {
                Some(part) => self.value(&part.node, value, names, None, &path),
                None => self.differ(&path, &[], || format!("ours lacks it, theirs {value}")),
            }
        }
    }

    fn node(&mut self, node: &Node<'_>, truth: &Value, attribute: Option<&Attribute>, path: &str) {
        let names = attribute.and_then(|attribute| attribute.names.as_deref());
        let structure = attribute.and_then(|attribute| attribute.structure.as_deref());
        self.value(node, truth, names, structure, path);
    }

    fn value(
        &mut self,
        node: &Node<'_>,
        truth: &Value,
        names: Option<&str>,
        structure: Option<&str>,
        path: &str,
    ) {
        match (&node.inner, truth) {
            (Embedded::Parts(parts), Value::Object(truth)) => {
                return self.parts(parts, truth, structure, path);
            }
            (Embedded::Items(items), Value::Array(list)) => {
                self.equal(items.len() == list.len(), path, node.payload, || {
                    format!("ours has {} items, theirs {}", items.len(), list.len())
                });
                for (item, truth) in items.iter().zip(list) {
                    self.value(item, truth, names, structure, path);
                }
                return;
            }
            _ => {}
        }
        let fits = match node.int() {
            Some(int) if matches!(node.inner, Embedded::Value) => {
                self.integer(node, int, truth, names)
            }
            _ => match (&node.inner, node.ty) {
                (Embedded::Value, Type::Flag) => *truth == Value::Bool(true) || truth.is_null(),
                // Longer than it may be is another matter.
                (_, Type::Text(_)) => {
                    let text = json::text(node.payload);
                    if truth.as_str() == text.get(..text.len().saturating_sub(1))
                        && node.payload.last().is_some_and(|last| *last != 0)
                    {
                        return self.except("text without its NUL loses its last letter");
                    }
                    truth.as_str() == Some(&text)
                }
                (Embedded::Value, Type::Hardware) => {
                    let text = barelink_codec::value::MacAddr(node.payload).to_string();
                    truth.as_str() == Some(&text)
                }
                (Embedded::Value, Type::Ip | Type::Ipv4 | Type::Ipv6) => {
                    truth.as_str() == json::address(node.payload).as_deref()
                }
                (Embedded::Value, Type::Bytes(..)) => {
                    truth.as_str() == Some(&json::hex(node.payload))
                }
                _ => false,
            },
        };
        if fits {
            self.score.equal += 1;
        } else if as_bytes(truth).as_deref() == Some(self.original(node.payload)) {
            self.score.bytes += 1;
        } else {
            self.differ_from(path, node.payload, truth, || {
                let kind = format!("{:?}", node.ty);
                let kind = kind.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
                format!("ours is {kind} of {}, theirs {truth}", json::hex(node.payload))
            });
        }
    }

    /// These bytes as they were before they were turned around.
    fn original<'p>(&self, payload: &'p [u8]) -> &'p [u8]
    where
        Self: 'p,
    {
        let Some((turned, before)) = self.originals else { return payload };
        let at = (payload.as_ptr() as usize).wrapping_sub(turned.as_ptr() as usize);
        before.get(at..at.saturating_add(payload.len())).unwrap_or(payload)
    }

    fn integer(&self, node: &Node<'_>, int: u64, truth: &Value, names: Option<&str>) -> bool {
        let bits = u32::try_from(node.payload.len() * 8).unwrap_or(64);
        let mask = u64::MAX >> 64u32.saturating_sub(bits).min(63);
        match truth {
            Value::Number(_) if truth.as_i64().is_some_and(|truth| truth < 0) => {
                truth.as_i64() == Some(int as i64)
            }
            Value::Number(_) => truth.as_u64() == Some(int),
            Value::String(text) => match text.strip_prefix("0x") {
                Some(digits) => {
                    u64::from_str_radix(digits, 16).is_ok_and(|value| value == int & mask)
                }
                None => names.and_then(|names| self.spec.value(names, text)) == Some(int & mask),
            },
            Value::Array(list) => {
                let bits = list.iter().filter_map(Value::as_str).map(|name| {
                    let number =
                        name.strip_prefix("Unknown(").and_then(|rest| rest.strip_suffix(')'));
                    match number {
                        Some(bit) => bit.parse().ok().and_then(|bit| 1u64.checked_shl(bit)),
                        None => names.and_then(|names| self.spec.mask(names, name)),
                    }
                });
                bits.sum::<Option<u64>>() == Some(int & mask)
            }
            _ => false,
        }
    }

    fn equal(&mut self, equal: bool, path: &str, payload: &[u8], example: impl FnOnce() -> String) {
        if equal {
            self.score.equal += 1;
        } else {
            self.differ(path, payload, example);
        }
    }

    fn except(&mut self, why: &'static str) {
        *self.score.excepted.entry(why).or_default() += 1;
    }

    fn differ(&mut self, path: &str, payload: &[u8], example: impl FnOnce() -> String) {
        self.differ_from(path, payload, &Value::Null, example);
    }

    fn differ_from(
        &mut self,
        path: &str,
        payload: &[u8],
        truth: &Value,
        example: impl FnOnce() -> String,
    ) {
        let exception = EXCEPTIONS.iter().find(|exception| {
            exception.family == self.name
                && path.starts_with(exception.start)
                && path.ends_with(exception.end)
                && (exception.applies)(self, payload, truth)
        });
        if let Some(exception) = exception {
            return self.except(exception.why);
        }
        let what = format!("{}{path}", self.name);
        let place = self.place;
        self.score.differ(&what, || format!("{place}: {}", example()));
    }
}

/// Bytes that were printed in hexadecimal, perhaps as a hardware address.
fn as_bytes(truth: &Value) -> Option<Vec<u8>> {
    let digits = truth.as_str()?.replace(':', "");
    if !digits.is_ascii() || digits.len() % 2 != 0 {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use barelink_codec::Messages;
    use barelink_codec::rtnl::link::{self, Link, LinkHeader};
    use serde_json::json;

    fn compared(attrs: Value) -> Truth {
        let spec = Spec::new(&json!({
            "operations": [{ "name": "getlink", "attribute-set": "link-attrs" }],
            "attribute-sets": [{ "name": "link-attrs", "attributes": [
                { "name": "ifname", "value": 3, "type": "string" },
                { "name": "mtu", "value": 4, "type": "u32" },
                { "name": "operstate", "value": 16, "type": "u8" },
            ] }],
        }));
        let mut buffer = [0; 128];
        let built = link::NEW.build(&mut buffer, 1, LinkHeader::default(), |link| {
            link.put(Link::IFNAME, "eth0").put(Link::MTU, 1500);
        });
        let message = Messages::new(built.unwrap()).next().unwrap().unwrap();
        let tree = Tree::new(&link::FAMILY, &message).unwrap();
        let truth = json!({ "family": "rt-link", "op": "getlink", "attrs": attrs });
        let mut score = Truth::default();
        score.compare(&tree, message.payload, &truth, &spec, "here", None);
        score
    }

    #[test]
    fn equal_values_are_counted_and_nothing_else() {
        let score = compared(json!({ "ifname": "eth0", "mtu": 1500 }));
        assert_eq!((score.equal, score.bytes, score.identical), (2, 0, 1));
        assert!(score.differences.is_empty());
    }

    #[test]
    fn another_value_one_too_few_and_one_too_many_are_differences() {
        let score = compared(json!({ "mtu": 1501, "operstate": 6 }));
        let found: Vec<_> = score.differences.keys().map(String::as_str).collect();
        assert_eq!(found, ["rt-link/ifname", "rt-link/mtu", "rt-link/operstate"]);
        assert_eq!((score.equal, score.identical), (0, 0));
    }
}
