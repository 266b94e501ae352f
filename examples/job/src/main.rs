//! What has to be done before a machine can be reached: `job ADDRESS/BITS GATEWAY`.

use barelink_job::{Job, Kernel};
use barelink_transport::{Protocol, Socket};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let job = Job::from_words(&words).ok_or("usage: job ADDRESS/BITS GATEWAY")?;
    let mut buffer = [0; 33 * 1024];
    let mut out = String::new();
    let done = job.run(&mut Kernel::new(Socket::open(Protocol::ROUTE)?, &mut buffer), &mut out);
    print!("{out}");
    Ok(done?)
}
