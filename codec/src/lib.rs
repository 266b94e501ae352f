//! Netlink messages.
#![no_std]
#![forbid(unsafe_code)]
