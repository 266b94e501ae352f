//! `netup` without libc.
#![no_std]
#![no_main]

use barelink_netup::init::Programs;
use barelink_netup::{self as netup, Buffers};
use barelink_start::{Once, err, process};
use barelink_transport::Errno;

barelink_start::main!(main);

static BUFFERS: Once<Buffers> = Once::new(Buffers::new());

/// Starts programs by `fork` and `execve`.
struct SystemPrograms;

impl Programs for SystemPrograms {
    fn run(&mut self, arguments: &[&str]) -> Result<i32, Errno> {
        process::run(arguments)
    }

    fn exec(&mut self, arguments: &[&str]) -> Errno {
        process::exec(arguments)
    }
}

fn main(arguments: &[&str]) -> u8 {
    match BUFFERS.take() {
        Some(buffers) => netup::run(arguments, &mut SystemPrograms, buffers, &mut err()),
        None => 1,
    }
}
