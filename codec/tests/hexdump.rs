//! Messages in libnl's layout: each text is libnl's output for the same bytes.

mod common;

use barelink_codec::family::Family;
use barelink_codec::hexdump::HexDump;
use common::*;

/// Returns the lines between the first and the last.
fn dump(bytes: &[u8], family: Option<&'static Family>) -> String {
    let text = HexDump { message: first(bytes), family }.to_string();
    let begin = "--------------------------   BEGIN NETLINK MESSAGE ---------------------------\n";
    let end = "---------------------------  END NETLINK MESSAGE   ---------------------------\n";
    text.strip_prefix(begin).unwrap().strip_suffix(end).unwrap().into()
}

/// Returns the lines after those of the header.
fn body(bytes: &[u8], family: Option<&'static Family>) -> String {
    dump(bytes, family).splitn(7, '\n').nth(6).unwrap().into()
}

#[cfg(feature = "rtnl")]
fn links() -> Option<&'static Family> {
    Some(&barelink_codec::rtnl::link::FAMILY)
}

#[cfg(feature = "rtnl")]
#[test]
fn a_request_for_all_links_prints_as_libnl_prints_its_own() {
    // nl-link-list
    let payload = [&[0; 16][..], &attr(29, &1u32.to_ne_bytes())].concat();
    let bytes = message(18, 0x305, 1795318575, -977250346i32 as u32, &payload);
    let expected = "  [NETLINK HEADER] 16 octets
    .nlmsg_len = 40
    .type = 18 <route/link::get>
    .flags = 773 <REQUEST,ACK,ROOT,MATCH>
    .seq = 1795318575
    .port = -977250346
  [PAYLOAD] 16 octets
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ................
  [ATTR 29] 4 octets
    01 00 00 00                                     ....
";
    if cfg!(target_endian = "little") {
        assert_eq!(dump(&bytes, links()), expected);
    }
}

#[cfg(feature = "rtnl")]
#[test]
fn nests_are_indented_padding_and_trailing_bytes_are_shown() {
    let nest = attr(0x8012, &[attr(1, b"vlan"), attr(0x8002, &attr(1, &[7, 7]))].concat());
    let long: Vec<u8> = (32..55).collect();
    let parts = [vec![0; 16], nest, attr(0, b"abc"), attr(6, &long), vec![1, 0, 0]];
    let expected = r##"  [PAYLOAD] 16 octets
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ................
  [ATTR 18 NESTED] 20 octets
    [ATTR 01] 4 octets
      76 6c 61 6e                               vlan
    [ATTR 02 NESTED] 8 octets
      [ATTR 01] 2 octets
        07 07                               ..
      [PADDING] 2 octets
        00 00                               ..
  [ATTR PADDING] 3 octets
    61 62 63                                        abc
  [PADDING] 1 octets
    00                                              .
  [ATTR 06] 23 octets
    20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f  !"#$%&'()*+,-./
    30 31 32 33 34 35 36                            0123456
  [PADDING] 1 octets
    00                                              .
  [LEFTOVER] 3 octets
"##;
    assert_eq!(body(&message(16, 0, 1, 1, &parts.concat()), links()), expected);
}

#[cfg(feature = "rtnl")]
#[test]
fn a_line_without_bytes_does_not_end() {
    let payload = [&[0; 16][..], &attr(40, &[]), &attr(3, b"lo\0\0")].concat();
    let expected = "  [ATTR 40] 0 octets\n      [ATTR 03] 4 octets\n    6c 6f";
    assert!(body(&message(16, 0, 1, 1, &payload), links()).contains(expected));
}

#[cfg(feature = "rtnl")]
#[test]
fn a_missing_last_padding_prints_negative_leftover_bytes() {
    let payload = [&[0; 16][..], &raw_attr(9, 3, b"abcde")].concat();
    let expected = "  [ATTR 03] 5 octets
    61 62 63 64 65                                  abcde
  [PADDING] 3 octets
    00 00 00                                        ...
  [LEFTOVER] -3 octets
";
    assert!(body(&message(16, 0, 1, 1, &payload), links()).ends_with(expected));
}

#[cfg(feature = "rtnl")]
#[test]
fn an_attribute_past_the_end_is_left_over() {
    let payload = [&[0; 16][..], &raw_attr(3, 0, b"abcd")].concat();
    assert!(body(&message(16, 0, 1, 1, &payload), links()).ends_with("  [LEFTOVER] 8 octets\n"));
}

#[test]
fn an_error_prints_its_message_and_the_requests_header() {
    let expected = "  [NETLINK HEADER] 16 octets
    .nlmsg_len = 44
    .type = 2 <ERROR>
    .flags = 768 <ROOT,MATCH>
    .seq = 7
    .port = 9
  [ERRORMSG] 20 octets
    .error = -19 \"No such device\"
  [ORIGINAL MESSAGE] 16 octets
    .nlmsg_len = 16
    .type = 16 <0x10>
    .flags = 5 <REQUEST,ACK>
    .seq = 7
    .port = 9
";
    assert_eq!(dump(&message(2, 0x300, 7, 9, &error(-19, &attr(1, b"no\0"))), None), expected);
    assert_eq!(body(&message(2, 0, 7, 9, b"1234"), None), "  [ERRORMSG] 20 octets\n");
    let words = |code| body(&message(2, 0, 7, 9, &error(code, &[])), None);
    assert!(words(0).contains("    .error = 0 \"Success\"\n"));
    assert!(words(5).contains("    .error = 5 \"Unknown error -5\"\n"));
    assert!(words(-999).contains("    .error = -999 \"Unknown error 999\"\n"));
    let least = "    .error = -2147483648 \"Unknown error -2147483648\"\n";
    assert!(words(i32::MIN).contains(least));
}

#[test]
fn a_message_of_no_known_family_prints_its_payload_as_bytes() {
    let expected = "  [NETLINK HEADER] 16 octets
    .nlmsg_len = 18
    .type = 99 <0x63>
    .flags = 65535 <REQUEST,MULTI,ACK,ECHO,ROOT,MATCH,ATOMIC,APPEND,0xf0f0>
    .seq = -1
    .port = 9
  [PAYLOAD] 2 octets
    78 7f                                           x.
";
    let bytes = message(99, 0xffff, 0xffff_ffff, 9, &[b'x', 0x7f]);
    assert_eq!(dump(&bytes, None), expected);
    assert_eq!(dump(&bytes, Some(&CARS)), expected);
}

#[test]
fn netlinks_own_messages_have_names() {
    for (kind, name) in [(1, "NOOP"), (3, "DONE"), (4, "OVERRUN")] {
        let text = dump(&message(kind, 0, 7, 9, &[]), Some(&CARS));
        assert!(text.contains(&format!("    .type = {kind} <{name}>\n    .flags = 0 <>\n")));
        assert!(text.ends_with("    .port = 9\n"), "no line for an empty payload");
    }
}

#[cfg(feature = "genl")]
#[test]
fn a_generic_familys_message_has_its_second_header() {
    use barelink_codec::genl;
    let payload = [&[3, 1, 0, 0][..], &attr(2, b"nlctrl\0")].concat();
    let header = "  [GENERIC NETLINK HEADER] 4 octets
    .cmd = 3
    .version = 1
    .unused = 0
";
    let known = "  [ATTR 02] 7 octets
    6e 6c 63 74 72 6c 00                            nlctrl.
  [PADDING] 1 octets
    00                                              .
";
    let bytes = message(16, 5, 7, 9, &payload);
    let text = dump(&bytes, Some(&genl::ctrl::FAMILY));
    assert!(text.contains("    .type = 16 <genl/family::nlctrl>\n"));
    assert!(text.ends_with(&[header, known].concat()));

    let unknown = "  [PAYLOAD] 12 octets\n    0b 00 02 00 6e 6c 63 74 72 6c 00 00             ";
    let bytes = message(28, 5, 7, 9, &payload);
    let text = dump(&bytes, Some(&genl::UNKNOWN));
    assert!(text.contains("    .type = 28 <0x1c>\n"));
    assert!(cfg!(target_endian = "big") || text.contains(&[header, unknown].concat()));

    let short = dump(&message(16, 5, 7, 9, &[3, 1]), Some(&genl::ctrl::FAMILY));
    assert!(short.contains("  [PAYLOAD] 2 octets\n    03 01"), "too short for a header");
    let done = dump(&message(3, 2, 7, 9, &[0; 4]), Some(&genl::ctrl::FAMILY));
    assert!(done.contains(".type = 3 <DONE>\n") && done.ends_with(".unused = 0\n"));
}

#[cfg(feature = "genl")]
barelink_codec::commands! {
    /// A generic family with a header of its own.
    OWN "own" "" version 1 header CarHeader {
        /// A command.
        1 => DO: Car,
    } groups {}
}

#[cfg(feature = "genl")]
#[test]
fn a_generic_familys_own_header_prints_as_bytes() {
    let payload = [&[1, 1, 0, 0][..], &[7; 8], &attr(2, &[4])].concat();
    let text = dump(&message(28, 5, 7, 9, &payload), Some(&OWN));
    let expected = "    .unused = 0
  [HEADER] 8 octets
    07 07 07 07 07 07 07 07                         ........
  [ATTR 02] 1 octets
    04                                              .
";
    assert!(text.contains(expected), "{text}");
    let _ = DO;
}

#[test]
fn nests_beyond_the_kernels_limit_print_as_bytes() {
    let deep = (0..12).fold(attr(2, &[4]), |inner, _| attr(0x8016, &inner));
    let payload = [&[0; 8][..], &deep].concat();
    let text = body(&message(16, 0, 7, 9, &payload), Some(&CARS));
    assert_eq!(text.matches("NESTED").count(), 11);
    assert!(!text.contains("[ATTR 02]"));
}
