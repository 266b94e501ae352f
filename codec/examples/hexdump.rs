//! Prints messages in libnl's layout: each line of the input is a netlink protocol's number, 0 or
//! 16, and a message in hexadecimal.

use std::io::{BufRead, stdin};

use barelink_codec::family::Family;
use barelink_codec::{Message, Messages, genl, hexdump::HexDump, rtnl};

fn family(protocol: &str, message: &Message<'_>) -> Option<&'static Family> {
    match (protocol, message.message_type) {
        ("16", genl::ctrl::ID) => Some(&genl::ctrl::FAMILY),
        ("16", _) => Some(&genl::UNKNOWN),
        (_, 16..20) => Some(&rtnl::link::FAMILY),
        _ => None,
    }
}

fn main() {
    for line in stdin().lock().lines() {
        let line = line.expect("a line of text");
        let (protocol, hex) = line.split_once(' ').expect("a protocol and a message");
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal"))
            .collect();
        match Messages::new(&bytes).next() {
            Some(Ok(message)) => {
                print!("{}", HexDump { message, family: family(protocol, &message) })
            }
            other => println!("no message: {other:?}"),
        }
    }
}
