//! `defmt::Format` of types without values to intern: their `Debug` text.

use core::fmt::Debug;

use crate::attr::{AttrIter, Field, Key};
use crate::family::{Family, MessageRow};
use crate::hexdump::HexDump;
use crate::message::MessageType;
use crate::nest::{Elements, RecordIter};
use crate::print::MessageDebug;
use crate::raw::RawWriter;
use crate::schema::{Layout, Row, Scope, Selector, Table, Type};
use crate::value::Items;
use crate::writer::{Batch, ElementWriter, RecordWriter, Writer};
use crate::{addr_text, handler, schema, validate};

/// Implements `defmt::Format` by `Debug`; a row is `[generics] Type`.
#[doc(hidden)]
#[macro_export]
macro_rules! format_as_debug {
    ($([$($generics:tt)*] $type:ty,)*) => {
        $(impl<$($generics)*> $crate::defmt::Format for $type {
            fn format(&self, f: $crate::defmt::Formatter<'_>) {
                $crate::defmt::write!(f, "{}", $crate::defmt::Debug2Format(self))
            }
        })*
    };
}

format_as_debug! {
    // Keys, and what was read by them.
    [S, V] Key<S, V>,
    [S] AttrIter<'_, S>,
    [V] Field<'_, V>,
    [V] Elements<'_, V>,
    [H, S] RecordIter<'_, H, S>,
    [F] Items<'_, F>,
    // Messages to be built, and text of all of them.
    [H, S] MessageType<H, S>,
    [S: Debug] Writer<'_, S>,
    [V: Debug] ElementWriter<'_, V>,
    [H: Debug, N: Debug] RecordWriter<'_, H, N>,
    [] Batch<'_>,
    [] RawWriter<'_>,
    [] HexDump<'_>,
    [] MessageDebug<'_>,
    [] addr_text::Prefix,
    [H: Debug, O: Debug] handler::Verbose<'_, H, O>,
    [H: Debug, O: Debug] handler::Debug<'_, H, O>,
    // Tables.
    [] Table,
    [] Row,
    [] Type,
    [] Layout,
    [] schema::LayoutField,
    [] Family,
    [] MessageRow,
    [] Selector,
    [] schema::SelectorValue,
    [] Scope<'_>,
    [] validate::TableRun,
    [R: Debug] validate::AttrPolicy<R>,
}

#[cfg(feature = "rtnl")]
format_as_debug! {
    [] crate::rtnl::bridge::spec::VlanSet,
}

#[cfg(feature = "genl")]
format_as_debug! {
    [H, S] crate::genl::Command<H, S>,
}
