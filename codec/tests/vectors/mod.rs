//! Helpers for tests of recorded messages: bytes written as text, and built messages compared with
//! them.
#![allow(dead_code, unreachable_pub)]

use barelink_codec::message::HEADER;
use barelink_codec::value::Structure;
use barelink_codec::{Error, Message, MessageType, Messages, Set, Writer};

/// Returns the only message of a recorded datagram.
pub fn message(bytes: &[u8]) -> Message<'_> {
    let mut messages = Messages::new(bytes);
    let message = messages.next().expect("a message").expect("a whole one");
    assert!(messages.next().is_none(), "more than one message");
    message
}

/// Parses hexadecimal bytes, with optional spaces and a comment at a line's end.
pub fn bytes(text: &str) -> Vec<u8> {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or(line));
    let digits: Vec<_> = code.flat_map(str::chars).filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// Builds a message into a used buffer and compares it with the recorded one. `NLA_F_NESTED`
/// is ignored, as older programs do not set it, and the port, as the kernel sets it.
#[track_caller]
pub fn builds<H: Structure, S: Set>(
    recorded: &[u8],
    kind: MessageType<H, S>,
    header: H,
    fill: impl FnOnce(&mut Writer<'_, S>),
) {
    let mut buffer = [0xa5; 2048];
    let seq = message(recorded).seq;
    let built: Result<&mut [u8], Error> = kind.build(&mut buffer, seq, header, fill);
    let built = built.expect("room enough");
    built[12..16].copy_from_slice(&recorded[12..16]);
    for at in (HEADER..recorded.len().min(built.len())).step_by(4) {
        let len: usize = u16::from_ne_bytes([built[at], built[at + 1]]).into();
        let may_hold_attributes = len >= 4 && at + len <= built.len();
        if may_hold_attributes && built[at + 3] == recorded[at + 3] | 0x80 {
            built[at + 3] = recorded[at + 3];
        }
    }
    assert_eq!(built, recorded);
}
