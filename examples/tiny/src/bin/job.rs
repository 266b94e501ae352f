//! `job ADDRESS/BITS GATEWAY`, with nothing else in it.
#![no_std]
#![no_main]

use core::fmt::Write;

use barelink_examples::job::Job;
use barelink_transport::{Connection, Error, Protocol};
use start::{Once, Out, err};

#[path = "../start.rs"]
mod start;

static ROOM: Once<[u8; 33 * 1024]> = Once::new([0; 33 * 1024]);

fn main(words: &[&str]) -> u8 {
    let (Some(job), Some(room)) = (Job::from_words(words), ROOM.take()) else {
        let _ = err().write_str("usage: job ADDRESS/BITS GATEWAY\n");
        return 255;
    };
    let mut out = Out::new();
    let done = Connection::open(Protocol::ROUTE, room)
        .and_then(|mut route| job.run(&mut route, &mut out));
    let _ = out.flush();
    match done {
        Ok(()) => 0,
        // The words for all that can go wrong would be as long as the program: the kernel's own, then,
        // and for the rest its number.
        Err(Error::Refused(refusal)) => {
            let _ = err().write_str(refusal.text());
            refusal.errno as u8
        }
        Err(Error::Socket { errno, .. }) => errno.raw_os_error() as u8,
        Err(_) => 255,
    }
}
