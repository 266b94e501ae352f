//! Compares built messages with recorded ones.
#![allow(dead_code, unreachable_pub)]

use barelink_codec::{Error, Kind, Message, Messages, Set, Writer, value::Structure};

/// The only message of a recorded datagram.
pub fn message(bytes: &[u8]) -> Message<'_> {
    let mut messages = Messages::new(bytes);
    let message = messages.next().expect("a message").expect("a whole one");
    assert!(messages.next().is_none(), "more than one message");
    message
}

/// The bytes that lines of hexadecimal digits are.
pub fn bytes(lines: &[&str]) -> Vec<u8> {
    let digits = lines.concat();
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// Builds a message into a used buffer and compares it with the recorded one. The mark of nests is
/// left aside: we set it where older programs do not; and so is the port, which is the kernel's to
/// set.
#[track_caller]
pub fn builds<H: Structure, S: Set>(
    recorded: &[u8],
    kind: Kind<H, S>,
    header: H,
    fill: impl FnOnce(&mut Writer<'_, S>),
) {
    let mut buffer = [0xa5; 2048];
    let seq = message(recorded).seq;
    let built: Result<&mut [u8], Error> = kind.build(&mut buffer, seq, header, fill);
    let built = built.expect("room enough");
    built[12..16].copy_from_slice(&recorded[12..16]);
    for (at, mark) in built.iter_mut().enumerate().filter(|(at, _)| at % 4 == 3) {
        if *mark == recorded.get(at).map_or(0, |byte| byte | 0x80) {
            *mark = recorded[at];
        }
    }
    assert_eq!(built, recorded);
}
