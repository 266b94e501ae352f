//! Configures `lo` and a default route: `job ADDRESS/BITS GATEWAY`, with the standard library.

use barelink_job::{Job, Kernel};
use barelink_transport::{Protocol, Socket};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let job = Job::parse(&arguments).ok_or("usage: job ADDRESS/BITS GATEWAY")?;
    let mut buffer = [0; 33 * 1024];
    let mut out = String::new();
    let result = job.run(&mut Kernel::new(Socket::open(Protocol::ROUTE)?, &mut buffer), &mut out);
    print!("{out}");
    Ok(result?)
}
