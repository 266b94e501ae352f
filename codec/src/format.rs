//! `defmt::Format` of what has no values to intern: it says what `Debug` says.

use core::fmt::Debug;

use crate::attr::{Field, Iter, Key};
use crate::dump::Dump;
use crate::message::Kind;
use crate::nest::{Elements, RecordIter};
use crate::policy::{Choices, Family, Layout, MessageRow, Row, Scope, Table, Type};
use crate::print::Named;
use crate::value::Items;
use crate::writer::{Batch, ElementWriter, RecordWriter, Writer};
use crate::{addr_text, check, handler, policy};

/// A row `[generics] Type` gives the type a `defmt::Format` that says what its `Debug` says.
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
    [S] Iter<'_, S>,
    [V] Field<'_, V>,
    [V] Elements<'_, V>,
    [H, S] RecordIter<'_, H, S>,
    [F] Items<'_, F>,
    // Messages to be built, and text of all of them.
    [H, S] Kind<H, S>,
    [S: Debug] Writer<'_, S>,
    [V: Debug] ElementWriter<'_, V>,
    [H: Debug, N: Debug] RecordWriter<'_, H, N>,
    [] Batch<'_>,
    [] Dump<'_>,
    [] Named<'_>,
    [] addr_text::Prefix,
    [H: Debug, O: Debug] handler::Verbose<'_, H, O>,
    [H: Debug, O: Debug] handler::Debug<'_, H, O>,
    // Tables.
    [] Table,
    [] Row,
    [] Type,
    [] Layout,
    [] policy::Field,
    [] Family,
    [] MessageRow,
    [] Choices,
    [] policy::Case,
    [] Scope<'_>,
    [] check::TableRun,
    [R: Debug] check::Rule<R>,
}

#[cfg(feature = "rtnl")]
format_as_debug! {
    [] crate::rtnl::bridge_spec::VlanSet,
}

#[cfg(feature = "genl")]
format_as_debug! {
    [H, S] crate::genl::Command<H, S>,
}
