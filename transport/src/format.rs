//! `defmt::Format` of what holds sockets and buffers: it says what `Debug` says.

use core::fmt::Debug;

use barelink_codec::format_as_debug;

#[cfg(feature = "std")]
use crate::capture::Output;
use crate::capture::{CaptureReader, Captured, Room};
use crate::channel::Channel;
use crate::connection::{Connection, Replies};
use crate::fake::{Answers, Fake};
use crate::monitor::Monitor;
use crate::replay::Replay;
use crate::requests::Requests;

format_as_debug! {
    [C: Debug] Connection<'_, C>,
    [] Requests<'_>,
    [H: Debug, S: Debug, C: Channel + Debug] Replies<'_, '_, H, S, C>,
    [C: Debug] Monitor<'_, C>,
    [C: Debug, W: Debug] Captured<C, W>,
    [] CaptureReader<'_>,
    [] Room<'_>,
    [I: Debug] Replay<'_, I>,
    [F] Fake<'_, F>,
    [] Answers<'_>,
}

#[cfg(feature = "std")]
format_as_debug! {
    [W: Debug] Output<W>,
}
