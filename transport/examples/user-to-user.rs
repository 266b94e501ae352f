//! Sends a message between two user sockets (`NETLINK_USERSOCK`).

use barelink_codec::{MessageType, Messages};
use barelink_transport::{Error, Protocol, Socket};

barelink_codec::attributes! {
    /// Attributes of a greeting.
    Greeting "" {
        /// Text.
        1 => WORDS: barelink_codec::value::Text<63>,
    }
}

/// Greeting; types below 16 (`NLMSG_MIN_TYPE`) are control messages.
const GREET: MessageType<(), Greeting> = MessageType::new(16);

fn main() -> Result<(), Error> {
    let (alice, bob) = (Socket::open(Protocol::USERSOCK)?, Socket::open(Protocol::USERSOCK)?);

    let mut buffer = [0; 128];
    let greeting = GREET.build(&mut buffer, 1, (), |greeting| {
        greeting.put(Greeting::WORDS, "hello, bob");
    })?;
    alice.send_to(greeting, bob.local_port()?, 0)?;

    let mut buffer = [0; 128];
    let received = bob.receive(&mut buffer)?;
    for message in Messages::new(&buffer[..received.len]) {
        let Some(greeting) = message?.parse(GREET) else { continue };
        let from_alice = received.from == alice.local_port()?;
        println!("bob received {:?}, from alice: {from_alice}", greeting.require(Greeting::WORDS)?);
    }
    Ok(())
}
