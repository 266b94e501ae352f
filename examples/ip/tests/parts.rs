//! Unit tests of output, prefixes, words, timestamps and usage texts.

use core::fmt::Write;
use core::time::Duration;

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_ip::clock::{CtimeTime, Iso8601Time};
use barelink_ip::output::{Output, Value};
use barelink_ip::prefix::{Address, Prefix};
use barelink_ip::words::{TextOutput, abbreviates, matches_pattern, number};
use barelink_ip::{self as ip};

fn printed(json: bool, pretty: bool, print: impl Fn(&mut Output<'_>)) -> String {
    let mut text = String::new();
    let mut out = Output::new(&mut text);
    out.json = json;
    out.pretty = pretty;
    print(&mut out);
    text
}

fn a_record(out: &mut Output<'_>) {
    out.start();
    out.object(None);
    out.any("mtu", "mtu {} ", 1500u32);
    out.string("name", "name {} ", &"a\"b\\");
    out.any("mark", "mark {} ", Value::Hex(255));
    out.any("nothing", "nothing ", Value::Null(""));
    out.any("up", "up {} ", Value::OnOff(true));
    out.list(Some("flags"));
    out.end_list();
    out.end_object();
    out.finish();
}

#[test]
fn the_same_calls_print_text_and_json() {
    let text = printed(false, false, a_record);
    assert_eq!(text, "mtu 1500 name a\"b\\ mark 0xff nothing up on ");
    let json = printed(true, false, a_record);
    let expected =
        r#"[{"mtu":1500,"name":"a\"b\\","mark":"0xff","nothing":null,"up":true,"flags":[]}]"#;
    assert_eq!(json, format!("{expected}\n"));
}

#[test]
fn pretty_json_has_one_key_per_line() {
    let json = printed(true, true, a_record);
    assert!(json.starts_with("[ {\n        \"mtu\": 1500,\n        \"name\": "), "{json}");
    assert!(json.ends_with("        \"flags\": [ ]\n    } ]\n"), "{json}");
}

#[test]
fn a_failed_write_is_remembered() {
    struct Full;
    impl Write for Full {
        fn write_str(&mut self, _: &str) -> core::fmt::Result {
            Err(core::fmt::Error)
        }
    }
    let mut sink = Full;
    let mut out = Output::new(&mut sink);
    out.literal("x");
    assert!(out.is_broken());
}

#[test]
fn a_word_may_be_abbreviated_to_its_beginning() {
    assert!(abbreviates("addr", "address") && abbreviates("a", "address"));
    assert!(!abbreviates("addresses", "address"));
}

#[test]
fn numbers_have_three_bases() {
    assert_eq!([number("10"), number("0x10"), number("010")], [Some(10), Some(16), Some(8)]);
    assert_eq!([number(""), number("+1"), number("1x")], [None; 3]);
}

#[test]
fn labels_match_shell_patterns() {
    for (pattern, name, fitting) in [
        ("eth*", "eth0:1", true),
        ("eth?", "eth0", true),
        ("eth?", "eth", false),
        ("eth[0-3]", "eth2", true),
        ("eth[!0-3]", "eth2", false),
        ("*:1", "eth0:1", true),
        ("eth[0", "eth[0", true),
    ] {
        assert_eq!(
            matches_pattern(pattern.as_bytes(), name.as_bytes()),
            fitting,
            "{pattern} {name}"
        );
    }
}

#[test]
fn an_ipv4_prefix_may_omit_trailing_zeros() {
    let mut err = String::new();
    let prefix =
        Prefix::parse("10.1/16", AddressFamily::UNSPEC, &mut TextOutput(&mut err)).unwrap();
    assert_eq!((&prefix.bytes[..4], prefix.bits), (&[10, 1, 0, 0][..], 16));
    assert!(prefix.contains(&[10, 1, 200, 3], 16));
    assert!(!prefix.contains(&[10, 2, 200, 3], 16));
    let refused = Prefix::parse("10.0.0.0/33", AddressFamily::INET, &mut TextOutput(&mut err));
    assert!(refused.is_err());
    assert_eq!(err, "Error: inet prefix is expected rather than \"10.0.0.0/33\".\n");
}

#[test]
fn ipv6_with_embedded_ipv4_prints_as_in_the_c_library() {
    let print = |bytes: [u8; 16]| format!("{}", Address(AddressFamily::INET6, &bytes));
    assert_eq!(print([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1]), "::10.0.0.1");
    assert_eq!(print([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1]), "::ffff:10.0.0.1");
    assert_eq!(print([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), "::1");
}

#[test]
fn mpls_labels_print_as_a_stack() {
    let stack = [0, 6, 0x40, 0, 0, 0x0c, 0x81, 0];
    assert_eq!(format!("{}", Address(AddressFamily::MPLS, &stack)), "100/200");
}

#[test]
fn a_time_prints_as_a_date() {
    let time = Duration::new(1_709_210_096, 5_000);
    assert_eq!(format!("{}", CtimeTime(time)), "Thu Feb 29 12:34:56 2024 5 usec");
    assert_eq!(format!("{}", Iso8601Time(time)), "2024-02-29T12:34:56.000005");
}

#[test]
fn usage_texts_contain_what_scripts_search_for() {
    for (object, words) in [
        ("neigh", "ip neigh get"),
        ("address", "metric METRIC"),
        ("address", "proto PROTO"),
        ("route", "fibmatch"),
        ("link", "ip link add"),
        ("rule", "suppress_prefixlength"),
        ("nexthop", "bucket"),
        ("tunnel", "mode"),
    ] {
        let mut text = String::new();
        assert!(ip::usage::write_usage(object, &mut TextOutput(&mut text)), "{object}");
        assert!(text.starts_with("Usage: ip ") && text.contains(words), "{text}");
    }
    assert!(!ip::usage::write_usage("moon", &mut TextOutput(&mut String::new())));
}

#[test]
fn a_kinds_usage_lists_its_arguments_and_values() {
    let mut text = String::new();
    let kind = ip::link_kinds::find("vxlan").unwrap();
    ip::link_kinds::write_usage("vxlan", kind, &mut TextOutput(&mut text));
    assert!(text.starts_with("Usage: ... vxlan\n"), "{text}");
    for words in ["[ id VALUE ]", "[ [no]learning ]", "[ df { unset | set | inherit } ]"] {
        assert!(text.lines().any(|line| line.trim() == words), "{words}: {text}");
    }
}
