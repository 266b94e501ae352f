//! Two sockets of one machine talk to each other, without the kernel having a say.

use barelink_codec::{MessageType, Messages};
use barelink_transport::{Error, Protocol, Socket};

barelink_codec::attributes! {
    /// What these two have to say to each other.
    Greeting "" {
        /// In words.
        1 => WORDS: barelink_codec::value::Text<63>,
    }
}

/// A greeting; numbers below 16 are netlink's own.
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
        let known = received.from == alice.local_port()?;
        println!("bob hears {:?} from alice: {known}", greeting.require(Greeting::WORDS)?);
    }
    Ok(())
}
