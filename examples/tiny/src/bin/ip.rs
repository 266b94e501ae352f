//! `ip`, with nothing else in it.
#![no_std]
#![no_main]

use core::time::Duration;

use barelink_examples::ip::{self, Kernel, Room, System};
use barelink_transport::{Connection, Errno, Error, Monitor, Socket};
use start::{Once, Out, err, input};

#[path = "../process.rs"]
mod process;
#[path = "../start.rs"]
mod start;

static ROOM: Once<Room> = Once::new(Room::new());

/// This machine, with its clock.
struct Machine(Kernel);

impl<'b> System<'b> for Machine {
    type Channel = Socket;

    fn connection(&mut self, room: &'b mut [u8]) -> Result<Connection<'b>, Error> {
        self.0.connection(room)
    }

    fn monitor(&mut self, groups: &[u32], room: &'b mut [u8]) -> Result<Monitor<'b>, Error> {
        self.0.monitor(groups, room)
    }

    fn now(&mut self) -> Option<Duration> {
        process::now().map(|(seconds, nanoseconds)| Duration::new(seconds, nanoseconds))
    }

    fn enter(&mut self, name: &str) -> Result<(), Errno> {
        self.0.enter(name)
    }

    fn namespace(&mut self, name: &str) -> Result<i32, Errno> {
        self.0.namespace(name)
    }

    fn namespaces<'r>(&mut self, room: &'r mut [u8]) -> &'r str {
        self.0.namespaces(room)
    }

    fn make_namespace(&mut self, name: &str) -> Result<(), Errno> {
        self.0.make_namespace(name)
    }

    fn delete_namespace(&mut self, name: &str) -> Result<(), Errno> {
        self.0.delete_namespace(name)
    }

    fn execute(&mut self, words: &[&str]) -> Errno {
        process::become_it(words)
    }

    fn input(&mut self, path: &str) -> Result<(), Errno> {
        self.0.input(path)
    }

    fn read(&mut self, room: &mut [u8]) -> Result<usize, Errno> {
        self.0.read(room)
    }
}

fn main(words: &[&str]) -> u8 {
    let Some(room) = ROOM.take() else { return 1 };
    let mut out = Out::new();
    // Changes are shown as they come, also to a pipe.
    out.by_line = words.iter().any(|word| word.starts_with("mo"));
    let machine = Machine(Kernel { input: Some(input()) });
    let code = ip::run(words, machine, room, &mut out, &mut err());
    if out.flush().is_ok() { code } else { 1 }
}
