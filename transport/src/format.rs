//! `defmt::Format` of types with sockets and buffers, which prints the same as `Debug`.

use core::fmt::Debug;

use barelink_codec::format_as_debug;

use crate::capture::CaptureChannel;
use crate::channel::Channel;
use crate::connection::replies::Replies;
use crate::connection::requests::Requests;
use crate::connection::state::Connection;
use crate::monitor::Monitor;
#[cfg(feature = "std")]
use crate::pcap::WriteSink;
use crate::pcap::{CaptureReader, MemorySink};
use crate::testing::fake::{Answers, Fake};
use crate::testing::replay::Replay;

format_as_debug! {
    [C: Debug] Connection<'_, C>,
    [] Requests<'_>,
    [H: Debug, S: Debug, C: Channel + Debug] Replies<'_, '_, H, S, C>,
    [C: Debug] Monitor<'_, C>,
    [C: Debug, S: Debug] CaptureChannel<C, S>,
    [] CaptureReader<'_>,
    [] MemorySink<'_>,
    [I: Debug] Replay<'_, I>,
    [F] Fake<'_, F>,
    [] Answers<'_>,
}

#[cfg(feature = "std")]
format_as_debug! {
    [W: Debug] WriteSink<W>,
}
