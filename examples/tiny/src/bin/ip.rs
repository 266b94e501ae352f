//! `ip` without libc.
#![no_std]
#![no_main]

use core::time::Duration;

use barelink_ip::{self as ip, Buffers, Machine};
use barelink_start::{Once, Out, err, input, process};

barelink_start::main!(main);

static BUFFERS: Once<Buffers> = Once::new(Buffers::new());

fn now() -> Option<Duration> {
    process::now().map(|(seconds, nanoseconds)| Duration::new(seconds, nanoseconds))
}

fn main(words: &[&str]) -> u8 {
    let Some(buffers) = BUFFERS.take() else { return 1 };
    let mut out = Out::new();
    // `ip monitor` prints each change at once, also to a pipe.
    out.by_line = words.iter().any(|word| word.starts_with("mo"));
    let machine = Machine { input: Some(input()), now, execute: process::exec };
    let code = ip::run(words, machine, buffers, &mut out, &mut err());
    if out.flush().is_ok() { code } else { 1 }
}
