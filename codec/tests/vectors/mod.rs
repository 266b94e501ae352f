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

/// Builds a message into a used buffer and compares it with the recorded one. The mark of nests is
/// left aside: we set it where older programs do not.
#[track_caller]
pub fn builds<H: Structure, S: Set>(
    recorded: &[u8],
    kind: Kind<H, S>,
    header: H,
    fill: impl FnOnce(&mut Writer<'_, S>),
) {
    let mut buffer = [0xa5; 512];
    let seq = message(recorded).seq;
    let built: Result<&mut [u8], Error> = kind.build(&mut buffer, seq, header, fill);
    let built = built.expect("room enough");
    for (at, mark) in built.iter_mut().enumerate().filter(|(at, _)| at % 4 == 3) {
        if *mark == recorded.get(at).map_or(0, |byte| byte | 0x80) {
            *mark = recorded[at];
        }
    }
    assert_eq!(built, recorded);
}
