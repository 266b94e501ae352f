//! `ip`, with nothing else in it.
#![no_std]
#![no_main]

use barelink_examples::ip::{self, Kernel, Room};
use start::{Once, Out, err, input};

#[path = "../start.rs"]
mod start;

static ROOM: Once<Room> = Once::new(Room::new());

fn main(words: &[&str]) -> u8 {
    let Some(room) = ROOM.take() else { return 1 };
    let mut out = Out::new();
    // Changes are shown as they come, also to a pipe.
    out.by_line = words.iter().any(|word| word.starts_with("mo"));
    let code = ip::run(words, Kernel { input: input() }, room, &mut out, &mut err());
    if out.flush().is_ok() { code } else { 1 }
}
