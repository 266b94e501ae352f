//! `netup`, with nothing else in it.
#![no_std]
#![no_main]

use barelink_netup::init::Programs;
use barelink_netup::{self as netup, Room};
use barelink_transport::Errno;
use barelink_start::{process, Once, err};

barelink_start::main!(main);

static ROOM: Once<Room> = Once::new(Room::new());

/// Programs of this machine.
struct Machine;

impl Programs for Machine {
    fn run(&mut self, words: &[&str]) -> Result<i32, Errno> {
        process::run(words)
    }

    fn become_it(&mut self, words: &[&str]) -> Errno {
        process::become_it(words)
    }
}

fn main(words: &[&str]) -> u8 {
    match ROOM.take() {
        Some(room) => netup::run(words, &mut Machine, room, &mut err()),
        None => 1,
    }
}
