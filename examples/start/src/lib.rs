//! Start-up code of programs without libc, standard library and allocator, for Linux on x86-64, x86,
//! AArch64, RISC-V (64 bit) and 32-bit ARM.
//!
//! A program is a `main` that gets the arguments of its command line and returns its exit status:
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//!
//! use core::fmt::Write;
//!
//! barelink_start::main!(main);
//!
//! fn main(arguments: &[&str]) -> u8 {
//!     let mut out = barelink_start::Out::new();
//!     let written = writeln!(out, "{} arguments", arguments.len());
//!     u8::from(written.and(out.flush()).is_err())
//! }
//! ```
//!
//! `README.md` describes the build.
//!
//! | module | one thing it does |
//! |---|---|
//! | `start.rs` | `_start`, arguments and environment, output, `memcpy` and the like |
//! | [`process`] | starts programs, reads the clock |
//!
//! The kernel jumps to `_start`, which passes its stack to `begin`; that turns the arguments into text
//! and calls the function that [`main!`] names, whose result is the exit status. All `unsafe` code of
//! such programs is in these two files.
#![no_std]

pub mod process;
mod start;

pub use start::{Environment, File, Once, Out, environment, err, exit, input};

/// Names the program's main function, of type `fn(&[&str]) -> u8`.
///
/// It gets the arguments of the command line, without the program's own name, and returns the exit
/// status. A panic ends the program with status 134, without a message.
#[macro_export]
macro_rules! main {
    ($main:path) => {
        const _: () = {
            #[unsafe(no_mangle)]
            fn barelink_main(arguments: &[&str]) -> u8 {
                let main: fn(&[&str]) -> u8 = $main;
                main(arguments)
            }

            // The exit status of a shell for `SIGABRT`.
            #[panic_handler]
            fn panic(_: &::core::panic::PanicInfo<'_>) -> ! {
                $crate::exit(134)
            }
        };
    };
}
