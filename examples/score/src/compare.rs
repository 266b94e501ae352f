//! Compares a message's values with the output of the kernel's own tool, pyynl, for the same bytes.
//!
//! Names are matched by their numbers, through the kernel's specifications; values have to be equal.
//! Where pyynl prints bytes, the bytes have to be equal.

use std::collections::BTreeMap;

use barelink_codec::Message;
use barelink_codec::control::{Control, ExtAck, PolicyAttr, Status};
use barelink_codec::schema::{Int, Order, Set, Type};
use barelink_examples_support::json;
use barelink_examples_support::tree::{Attr, Embedded, Node, Part, Run, Tree};
use serde_json::{Map, Value};

use crate::spec::{Attribute, Spec};

/// Counts of comparing one family's messages.
#[derive(Debug, Default)]
pub struct CompareScore {
    /// Number of messages compared.
    pub messages: usize,
    /// Number of equal values.
    pub equal: usize,
    /// Number of values that pyynl prints as bytes, which are equal.
    pub bytes: usize,
    /// Number of messages whose JSON, by our tables alone, is identical.
    pub identical: usize,
    /// Differences of the JSON, by path: number, and an example.
    pub json_differences: BTreeMap<String, (usize, String)>,
    /// Number of values that pyynl did not decode.
    pub undecoded: usize,
    /// Numbers of expected differences, by reason.
    pub expected: BTreeMap<&'static str, usize>,
    /// Unexpected differences, by path: number, and an example.
    pub differences: BTreeMap<String, (usize, String)>,
}

/// Expected difference, in which pyynl is wrong: family, path, condition and reason.
struct Exception {
    family: &'static str,
    start: &'static str,
    end: &'static str,
    applies: fn(&Comparison<'_>, &[u8], &Value) -> bool,
    reason: &'static str,
}

/// `AF_BRIDGE`.
const BRIDGE: u8 = 7;
/// `AF_MPLS`.
const MPLS: u8 = 28;

/// Reason for which options of traffic control are not compared.
const TC_OPTIONS: &str = "no tables of the options of qdiscs, classes and filters";

const EXCEPTIONS: &[Exception] = &[
    Exception {
        family: "rt-link",
        start: "/af-spec",
        end: "",
        applies: |comparison, _, _| comparison.family == BRIDGE,
        reason: "AF_SPEC of AF_BRIDGE is decoded as that of AF_UNSPEC",
    },
    Exception {
        family: "rt-link",
        start: "/af-spec/inet6/conf",
        end: "",
        applies: |_, payload, theirs| unsigned(payload, Order::Native) == theirs.as_u64(),
        reason: "signed settings are specified as unsigned",
    },
    Exception {
        family: "rt-link",
        start: "/linkinfo/",
        end: "-id/prio",
        applies: |_, payload, theirs| unsigned(payload, Order::Native) == theirs.as_u64(),
        reason: "a bridge's priority is in network order, but not specified so",
    },
    Exception {
        family: "rt-link",
        start: "/linkinfo/data/vlan-protocol",
        end: "",
        applies: |_, payload, theirs| unsigned(payload, Order::Native) == theirs.as_u64(),
        reason: "a bridge's VLAN protocol is in network order, but not specified so",
    },
    Exception {
        family: "rt-link",
        start: "/linkinfo/data/flags",
        end: "",
        applies: |_, payload, theirs| unsigned(payload, Order::Big) == theirs.as_u64(),
        reason: "an ip6tnl's flags are in host order, but specified in network order",
    },
    Exception {
        family: "rt-neigh",
        start: "/port",
        end: "",
        applies: |_, payload, theirs| unsigned(payload, Order::Native) == theirs.as_u64(),
        reason: "a neighbour's UDP port is in network order, but not specified so",
    },
    Exception {
        family: "rt-rule",
        start: "/tun-id",
        end: "",
        applies: |_, payload, theirs| unsigned(payload, Order::Native) == theirs.as_u64(),
        reason: "a rule's tunnel id is in network order, but not specified so",
    },
    Exception {
        family: "rt-route",
        start: "/dst",
        end: "",
        applies: |comparison, payload, theirs| {
            comparison.family == MPLS && theirs.as_str() == json::address(payload).as_deref()
        },
        reason: "an MPLS route's destination is specified as an address",
    },
    Exception {
        family: "tc",
        start: "/options",
        end: "",
        applies: |_, _, theirs| theirs.is_object(),
        reason: TC_OPTIONS,
    },
    Exception {
        family: "tc",
        start: "/xstats",
        end: "",
        applies: |_, _, theirs| theirs.is_object(),
        reason: TC_OPTIONS,
    },
    Exception {
        family: "tc",
        start: "/stats2/app",
        end: "",
        applies: |_, _, theirs| theirs.is_object(),
        reason: TC_OPTIONS,
    },
];

fn unsigned(payload: &[u8], order: Order) -> Option<u64> {
    Int { order, ..Int::unsigned(payload.len() as u8) }.load(payload)
}

/// State of comparing one message.
struct Comparison<'s> {
    spec: &'s Spec,
    name: &'s str,
    place: &'s str,
    /// First byte of the header, most often the address family.
    family: u8,
    originals: Option<(&'s [u8], &'s [u8])>,
    score: &'s mut CompareScore,
}

impl CompareScore {
    /// Compares a message of a family that has a specification.
    ///
    /// For a machine of the other byte order, `originals` are the datagram as converted and as
    /// recorded.
    pub fn compare<'s>(
        &'s mut self,
        tree: &Tree<'_>,
        payload: &[u8],
        theirs: &Value,
        spec: &'s Spec,
        place: &'s str,
        originals: Option<(&'s [u8], &'s [u8])>,
    ) {
        let (Some(family), Some(operation)) = (theirs["family"].as_str(), theirs["op"].as_str())
        else {
            return;
        };
        let Some((set, header)) = spec.operation(operation) else { return };
        self.messages += 1;
        let ours = json::attributes(tree);
        match theirs["attrs"] == ours {
            true => self.identical += 1,
            false => self.json_difference(family, &ours, &theirs["attrs"]),
        }
        let first = payload.first().copied().unwrap_or_default();
        let mut comparison =
            Comparison { spec, name: family, place, family: first, originals, score: self };
        match (theirs["header"].as_object(), header) {
            (Some(theirs), Some(header)) => {
                comparison.parts(&tree.header, theirs, Some(header), "/header")
            }
            _ => {
                for (our_name, their_name) in [("command", "cmd"), ("version", "version")] {
                    if let Some(part) = tree.header.iter().find(|part| part.field.name == our_name)
                    {
                        comparison.node(
                            &part.node,
                            &theirs[their_name],
                            None,
                            &format!("/header/{their_name}"),
                        );
                    }
                }
            }
        }
        if let Some(theirs) = theirs["attrs"].as_object() {
            comparison.run(&tree.run, theirs, Some(set), "");
        }
    }

    /// Compares `NLMSG_ERROR` or `NLMSG_DONE`.
    pub fn control(&mut self, message: &Message<'_>, theirs: &Value, place: &str) {
        let Ok(status) = Status::read(message) else {
            self.differ("netlink/status", || format!("{place}: cannot be read"));
            return;
        };
        self.messages += 1;
        let mut check = |path_name: &str, ours: Value, theirs: &Value| {
            if ours == *theirs {
                self.equal += 1;
            } else {
                self.differ(&format!("netlink/{path_name}"), || {
                    format!("{place}: ours {ours}, theirs {theirs}")
                });
            }
        };
        // `NLMSG_DONE` may lack its error code.
        if !(message.message_type == Control::DONE.0 && message.payload.is_empty()) {
            check("error", (-i64::from(status.errno)).into(), &theirs["error"]);
        }
        if let Some(request) = status.request {
            let request = serde_json::json!({
                "length": request.len, "type": request.message_type, "flags": request.flags,
                "seq": request.seq, "port": request.port,
            });
            check("request", request, &theirs["request"]);
        }
        let ext_ack = ext_ack(&status);
        let theirs = theirs["ext-ack"].as_object().cloned().unwrap_or_default();
        check("ext-ack", ext_ack.into(), &theirs.into());
    }

    fn json_difference(&mut self, path: &str, ours: &Value, theirs: &Value) {
        match (ours, theirs) {
            (Value::Object(ours), Value::Object(theirs)) => {
                let more = theirs.keys().filter(|name| !ours.contains_key(*name));
                for name in ours.keys().chain(more) {
                    let of = |map: &Map<String, Value>| map.get(name).cloned().unwrap_or_default();
                    self.json_difference(&format!("{path}/{name}"), &of(ours), &of(theirs));
                }
            }
            (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
                for (ours, theirs) in ours.iter().zip(theirs) {
                    self.json_difference(&format!("{path}[]"), ours, theirs);
                }
            }
            _ if ours == theirs => {}
            _ => {
                let entry = self.json_differences.entry(path.to_owned());
                entry.or_insert_with(|| (0, format!("ours {ours}, theirs {theirs}"))).0 += 1;
            }
        }
    }

    fn differ(&mut self, path_name: &str, example: impl FnOnce() -> String) {
        let entry = self.differences.entry(path_name.to_owned());
        entry.or_insert_with(|| (0, example())).0 += 1;
    }
}

/// Returns the extended acknowledgement of a status, with pyynl's names.
fn ext_ack(status: &Status<'_>) -> Map<String, Value> {
    let mut object = Map::new();
    for attr in status.ext_ack.iter().filter_map(Result::ok) {
        let number = || Int32(attr.payload()).into();
        let (name, value): (&str, Value) = match ExtAck::table().row(attr.number()) {
            Some(row) if row.name == "MSG" => ("msg", json::text(attr.payload()).into()),
            Some(row) if row.name == "OFFS" => ("bad-attr-offs", number()),
            Some(row) if row.name == "COOKIE" => ("cookie", json::hex(attr.payload()).into()),
            Some(row) if row.name == "MISS_TYPE" => ("miss-type", number()),
            Some(row) if row.name == "MISS_NEST" => ("miss-nest", number()),
            Some(row) if row.name == "POLICY" => ("policy", policy(attr.payload())),
            _ => ("unknown", json::hex(attr.payload()).into()),
        };
        object.insert(name.to_owned(), value);
    }
    object
}

/// Returns a policy with pyynl's names, which are the same for signed and unsigned bounds.
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

/// Converts four bytes to a JSON number.
struct Int32<'a>(&'a [u8]);

impl From<Int32<'_>> for Value {
    fn from(bytes: Int32<'_>) -> Value {
        bytes.0.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes)).into()
    }
}

impl Comparison<'_> {
    fn run(&mut self, run: &Run<'_>, theirs: &Map<String, Value>, set: Option<&str>, path: &str) {
        let spec = self.spec;
        let mut left: Vec<&String> = theirs.keys().filter(|name| *name != "_undecoded").collect();
        let undecoded = theirs.get("_undecoded").and_then(Value::as_array);
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
            match theirs.get(&name) {
                Some(Value::Array(list)) if attribute.is_none_or(|attribute| attribute.multi) => {
                    if list.len() != same.len() {
                        self.differ(&path, attr.node.payload, || {
                            format!("ours {} times, theirs {}", same.len(), list.len())
                        });
                    }
                    for (attr, theirs) in same.iter().zip(list) {
                        self.attribute(&attr.node, theirs, attribute, (run, set), &path);
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
                        self.expect("specified as padding, and not decoded");
                    }
                }
                None => self.differ(&path, attr.node.payload, || "missing in theirs".to_owned()),
            }
        }
        for name in left {
            self.differ(&format!("{path}/{name}"), &[], || "missing in ours".to_owned());
        }
    }

    fn attribute(
        &mut self,
        node: &Node<'_>,
        theirs: &Value,
        attribute: Option<&Attribute>,
        siblings: (&Run<'_>, Option<&str>),
        path: &str,
    ) {
        let spec = self.spec;
        let Some(attribute) = attribute else {
            return self.node(node, theirs, None, path);
        };
        let selected = attribute.sub_message.as_ref().and_then(|(sub_message, selector)| {
            let text = siblings.0.attrs.iter().find(|attr| {
                let attribute = siblings.1.and_then(|set| spec.attribute(set, attr.number));
                attribute.is_some_and(|attribute| attribute.name == *selector)
            })?;
            spec.format(sub_message, &json::text(text.node.payload))
        });
        let set = attribute.nested.as_deref().or(selected);
        match (&node.inner, theirs) {
            // Indices of nests as values.
            (Embedded::Elements(_), Value::Object(theirs)) if !attribute.levels.is_empty() => {
                let mut node = node;
                for level in &attribute.levels {
                    let Embedded::Elements(run) = &node.inner else { break };
                    let Some(first) = run.attrs.first() else { break };
                    self.equal(theirs.get(level) == Some(&first.number.into()), path, &[], || {
                        format!("{level}: ours {}", first.number)
                    });
                    node = &first.node;
                }
                let mut theirs = theirs.clone();
                theirs.retain(|name, _| !attribute.levels.contains(name));
                match &node.inner {
                    Embedded::Attrs(run) => self.run(run, &theirs, set, path),
                    _ => self.differ(path, node.payload, || "ours is not a nest".to_owned()),
                }
            }
            (Embedded::Elements(run), Value::Array(list)) => {
                self.equal(run.attrs.len() == list.len(), path, node.payload, || {
                    format!("ours has {} elements, theirs {}", run.attrs.len(), list.len())
                });
                for (element, theirs) in run.attrs.iter().zip(list) {
                    let number = element.number.to_string();
                    match (&element.node.inner, theirs.get(&number).and_then(Value::as_object)) {
                        (Embedded::Attrs(run), Some(theirs)) => self.run(run, theirs, set, path),
                        _ => self.node(&element.node, theirs, Some(attribute), path),
                    }
                }
            }
            (Embedded::Attrs(run), Value::Object(theirs)) => self.run(run, theirs, set, path),
            _ => self.node(node, theirs, Some(attribute), path),
        }
    }

    fn parts(
        &mut self,
        parts: &[Part<'_>],
        theirs: &Map<String, Value>,
        structure: Option<&str>,
        path: &str,
    ) {
        let spec = self.spec;
        for (name, value) in theirs {
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
                None => self.differ(&path, &[], || format!("missing in ours, theirs {value}")),
            }
        }
    }

    fn node(&mut self, node: &Node<'_>, theirs: &Value, attribute: Option<&Attribute>, path: &str) {
        let names = attribute.and_then(|attribute| attribute.names.as_deref());
        let structure = attribute.and_then(|attribute| attribute.structure.as_deref());
        self.value(node, theirs, names, structure, path);
    }

    fn value(
        &mut self,
        node: &Node<'_>,
        theirs: &Value,
        names: Option<&str>,
        structure: Option<&str>,
        path: &str,
    ) {
        match (&node.inner, theirs) {
            (Embedded::Parts(parts), Value::Object(theirs)) => {
                return self.parts(parts, theirs, structure, path);
            }
            (Embedded::Items(items), Value::Array(list)) => {
                self.equal(items.len() == list.len(), path, node.payload, || {
                    format!("ours has {} items, theirs {}", items.len(), list.len())
                });
                for (item, theirs) in items.iter().zip(list) {
                    self.value(item, theirs, names, structure, path);
                }
                return;
            }
            _ => {}
        }
        let fits = match node.int() {
            Some(int) if matches!(node.inner, Embedded::Value) => {
                self.integer(node, int, theirs, names)
            }
            _ => match (&node.inner, node.ty) {
                (Embedded::Value, Type::Flag) => *theirs == Value::Bool(true) || theirs.is_null(),
                // The maximum length is not checked here.
                (_, Type::Text(_)) => {
                    let text = json::text(node.payload);
                    if theirs.as_str() == text.get(..text.len().saturating_sub(1))
                        && node.payload.last().is_some_and(|last| *last != 0)
                    {
                        return self.expect("text without its NUL loses its last letter");
                    }
                    theirs.as_str() == Some(&text)
                }
                (Embedded::Value, Type::Hardware) => {
                    let text = barelink_codec::value::MacAddr(node.payload).to_string();
                    theirs.as_str() == Some(&text)
                }
                (Embedded::Value, Type::Ip | Type::Ipv4 | Type::Ipv6) => {
                    theirs.as_str() == json::address(node.payload).as_deref()
                }
                (Embedded::Value, Type::Bytes(..)) => {
                    theirs.as_str() == Some(&json::hex(node.payload))
                }
                _ => false,
            },
        };
        if fits {
            self.score.equal += 1;
        } else if as_bytes(theirs).as_deref() == Some(self.original(node.payload)) {
            self.score.bytes += 1;
        } else {
            self.differ_from(path, node.payload, theirs, || {
                let ty = format!("{:?}", node.ty);
                let ty = ty.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
                format!("ours is {ty} of {}, theirs {theirs}", json::hex(node.payload))
            });
        }
    }

    /// Returns the recorded bytes of a converted payload.
    fn original<'p>(&self, payload: &'p [u8]) -> &'p [u8]
    where
        Self: 'p,
    {
        let Some((converted, recorded)) = self.originals else { return payload };
        let at = (payload.as_ptr() as usize).wrapping_sub(converted.as_ptr() as usize);
        recorded.get(at..at.saturating_add(payload.len())).unwrap_or(payload)
    }

    fn integer(&self, node: &Node<'_>, int: u64, theirs: &Value, names: Option<&str>) -> bool {
        let bits = u32::try_from(node.payload.len() * 8).unwrap_or(64);
        let mask = u64::MAX >> 64u32.saturating_sub(bits).min(63);
        match theirs {
            Value::Number(_) if theirs.as_i64().is_some_and(|theirs| theirs < 0) => {
                theirs.as_i64() == Some(int as i64)
            }
            Value::Number(_) => theirs.as_u64() == Some(int),
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

    fn expect(&mut self, reason: &'static str) {
        *self.score.expected.entry(reason).or_default() += 1;
    }

    fn differ(&mut self, path: &str, payload: &[u8], example: impl FnOnce() -> String) {
        self.differ_from(path, payload, &Value::Null, example);
    }

    fn differ_from(
        &mut self,
        path: &str,
        payload: &[u8],
        theirs: &Value,
        example: impl FnOnce() -> String,
    ) {
        let exception = EXCEPTIONS.iter().find(|exception| {
            exception.family == self.name
                && path.starts_with(exception.start)
                && path.ends_with(exception.end)
                && (exception.applies)(self, payload, theirs)
        });
        if let Some(exception) = exception {
            return self.expect(exception.reason);
        }
        let path_name = format!("{}{path}", self.name);
        let place = self.place;
        self.score.differ(&path_name, || format!("{place}: {}", example()));
    }
}

/// Parses bytes printed in hexadecimal, with or without colons.
fn as_bytes(theirs: &Value) -> Option<Vec<u8>> {
    let digits = theirs.as_str()?.replace(':', "");
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

    fn compared(attrs: Value) -> CompareScore {
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
        let theirs = json!({ "family": "rt-link", "op": "getlink", "attrs": attrs });
        let mut score = CompareScore::default();
        score.compare(&tree, message.payload, &theirs, &spec, "here", None);
        score
    }

    #[test]
    fn equal_values_are_counted() {
        let score = compared(json!({ "ifname": "eth0", "mtu": 1500 }));
        assert_eq!((score.equal, score.bytes, score.identical), (2, 0, 1));
        assert!(score.differences.is_empty());
    }

    #[test]
    fn unequal_missing_and_extra_values_are_differences() {
        let score = compared(json!({ "mtu": 1501, "operstate": 6 }));
        let found: Vec<_> = score.differences.keys().map(String::as_str).collect();
        assert_eq!(found, ["rt-link/ifname", "rt-link/mtu", "rt-link/operstate"]);
        assert_eq!((score.equal, score.identical), (0, 0));
    }
}
