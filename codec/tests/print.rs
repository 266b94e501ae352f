//! Printing with the names of tables.

mod common;

use barelink_codec::Attrs;
use barelink_codec::print::MessageDebug;
use common::*;

/// Returns attributes printed on one line.
fn line(bytes: &[u8]) -> String {
    format!("{:?}", Attrs::<Car>::new(bytes))
}

#[test]
fn each_attribute_prints_by_its_name_and_as_its_type() {
    let bytes = everything();
    let message = first(&bytes);
    let text = format!("{:?}", MessageDebug { message, family: Some(&CARS) });
    let expected = "test/car NEW REQUEST seq 7 port 0 {family: 2, index: 5} {NAME: \"beetle\", \
        WHEELS: 4, SPEED: -5, OPTIONS: 5, KIND: \"lorry\", \
        DATA: {LOAD: 7, CARGO: {PERSON: \"me\"}}, BROKEN: set, PLATE: #010203, \
        SEATS: {1: {WIDTH: 40}, 2: {}}, \
        TRIP: [{len: 16, miles: 10} {PERSON: \"a\"}, {len: 16, miles: 20} {PERSON: \"b\"}], \
        LIGHTS: FOG of HEAD|FOG, PORT: 80, MILES: 1099511627776, HEIGHT: -3, \
        NOTE: \"one\", NOTE: \"two\", ENGINE: {power: 9, volume: 3} {WIDTH: 1}, \
        GEARS: [1, 2, 3], ADDRESS: 10.0.0.1, HARDWARE: 02:00:00:00:00:01, \
        STATE: {power: 1, volume: 2}, DRIVER: {PERSON: \"you\"}, VIA: 127.0.0.1}";
    assert_eq!(text, expected);
}

#[test]
fn the_alternate_form_has_one_attribute_per_line() {
    let inner = attr(1, &40u32.to_ne_bytes());
    let bytes = [attr(2, &[4]), attr(21, &inner), attr(22, &[])].concat();
    let text = format!("{:#?}", Attrs::<Car>::new(&bytes));
    let expected = "{
    WHEELS: 4,
    DRIVER: {
        WIDTH: 40
    },
    TRAILER: {}
}";
    assert_eq!(text, expected);
}

#[test]
fn unknown_attributes_print_by_number_and_as_bytes() {
    assert_eq!(line(&attr(999, &[1, 0xab])), "{999: #01ab}");
    assert_eq!(line(&attr(21, &attr(9, &[]))), "{DRIVER: {9: #}}");
    assert_eq!(line(&[]), "{}");
}

#[test]
fn a_payload_that_does_not_fit_its_type_prints_as_bytes() {
    assert_eq!(line(&attr(2, &[1, 2])), "{WHEELS: #0102}");
    assert_eq!(line(&attr(18, &[1; 3])), "{ADDRESS: #010101}");
    assert_eq!(line(&attr(7, &[1])), "{BROKEN: #01}");
    assert_eq!(line(&attr(11, &[1; 4])), "{LIGHTS: #01010101}");
    assert_eq!(line(&attr(24, &[])), "{SECRET: #}");
}

#[test]
fn a_garbled_attribute_prints_an_error_after_the_valid_ones() {
    let bytes = [attr(2, &[4]), raw_attr(3, 1, &[])].concat();
    assert_eq!(line(&bytes), "{WHEELS: 4, (truncated or invalid length at byte 8)}");
    assert_eq!(line(&attr(10, &[1; 8])), "{TRIP: [(truncated or invalid length at byte 0)]}");
}

#[test]
fn a_sub_message_without_its_selector_prints_as_bytes() {
    assert_eq!(line(&attr(6, &[1])), "{DATA: #01}");
    assert_eq!(line(&[attr(5, b"boat\0"), attr(6, &[1])].concat()), "{KIND: \"boat\", DATA: #01}");
    assert_eq!(
        line(&[attr(6, &7u32.to_ne_bytes()), attr(5, b"bike")].concat()),
        "{DATA: 7, KIND: \"bike\"}"
    );
}

#[test]
fn sub_messages_by_number_print_as_their_format() {
    let bus = |size: u16, detail: &[u8]| {
        let bus = [attr(1, &size.to_ne_bytes()), attr(2, detail)].concat();
        line(&[attr(5, b"bus\0"), attr(6, &bus)].concat())
    };
    assert_eq!(bus(1, &[9]), "{KIND: \"bus\", DATA: {SIZE: SMALL, DETAIL: 9}}");
    assert_eq!(bus(3, b"any\0"), "{KIND: \"bus\", DATA: {SIZE: 3, DETAIL: \"any\"}}");
}

#[test]
fn a_short_structure_prints_its_complete_fields() {
    assert_eq!(line(&attr(20, &[0; 4])), "{STATE: {power: 0}}");
    assert_eq!(line(&attr(20, &[])), "{STATE: {}}");
    assert_eq!(line(&attr(20, &[0; 9])), "{STATE: {power: 0, volume: 0}}");
}

#[test]
fn text_prints_without_terminal_escapes() {
    assert_eq!(line(&attr(1, b"a\x1b[2J\0")), r#"{NAME: "a\x1b[2J"}"#);
}

#[test]
fn a_message_of_another_family_or_of_none_prints_as_bytes() {
    let bytes = message(99, 0, 1, 2, &[0xab]);
    let text = "kind 99 0 seq 1 port 2 #ab";
    for family in [Some(&CARS), None] {
        assert_eq!(format!("{:?}", MessageDebug { message: first(&bytes), family }), text);
    }
}

#[cfg(feature = "genl")]
#[test]
fn done_does_not_print_as_a_command_of_a_generic_family() {
    let bytes = message(3, 2, 1, 2, &[1, 0, 0, 0]);
    let family = Some(&barelink_codec::genl::ctrl::FAMILY);
    let text = format!("{:?}", MessageDebug { message: first(&bytes), family });
    assert_eq!(text, "kind 3 MULTI seq 1 port 2 #01000000");
}

#[test]
fn endless_nests_print_to_the_kernels_limit() {
    let bytes = (0..1000).fold(attr(2, &[4]), |inner, _| attr(22, &inner));
    let text = line(&bytes);
    assert_eq!(text.matches("TRAILER").count(), 11);
    assert!(text.contains('#'));
}

#[test]
fn a_single_attribute_prints() {
    let bytes = attr(21, &attr(2, b"me\0"));
    let attr = Attrs::<Car>::new(&bytes).iter().next().unwrap().unwrap();
    assert_eq!(format!("{attr:?}"), "DRIVER: {PERSON: \"me\"}");
}
