//! Fixed-capacity caches of the kernel's state.
#![no_std]
#![forbid(unsafe_code)]
