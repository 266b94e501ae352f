//! Start-up code of programs without libc, standard library and allocator, for Linux on x86-64, x86,
//! AArch64, RISC-V (64 bit) and 32-bit ARM.
//!
//! A program is a `main` that gets the words of its command line and returns its exit status:
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//!
//! use core::fmt::Write;
//!
//! barelink_start::main!(main);
//!
//! fn main(words: &[&str]) -> u8 {
//!     let mut out = barelink_start::Out::new();
//!     let written = writeln!(out, "{} words", words.len());
//!     u8::from(written.and(out.flush()).is_err())
//! }
//! ```
//!
//! README.md describes how it is built.
//!
//! | module | one thing it does |
//! |---|---|
//! | `start.rs` | `_start`, the words and the environment, output, `memcpy` and its like |
//! | [`process`] | starts programs, reads the clock |
//!
//! The kernel jumps to `_start`, which hands its stack to `begin`; that makes text of the words and
//! calls the function that [`main!`] names; what this returns ends the program. All that is `unsafe` in
//! such programs is in these two files.
#![no_std]

pub mod process;
mod start;

pub use start::{Environment, File, Once, Out, environment, err, exit, input};

/// Names the program's main function, of type `fn(&[&str]) -> u8`: it gets the words of the command
/// line, without the program's own name, and returns the exit status. A panic ends the program with
/// status 134, without a message.
#[macro_export]
macro_rules! main {
    ($main:path) => {
        const _: () = {
            #[unsafe(no_mangle)]
            fn barelink_main(words: &[&str]) -> u8 {
                let main: fn(&[&str]) -> u8 = $main;
                main(words)
            }

            // Ends the program as others end that abort.
            #[panic_handler]
            fn panic(_: &::core::panic::PanicInfo<'_>) -> ! {
                $crate::exit(134)
            }
        };
    };
}
