//! The macros that tables are written with. They are exported, for families of other crates.

/// Declares an attribute set, one attribute a row: `number => NAME: Type`, optionally followed by
/// `where constraint`.
///
/// The head has the C prefix. A row whose C name does not follow it has its own behind the name, `5
/// => LABEL "MY_OTHER_LABEL": Type`; an empty one stands for no C name.
///
/// The set becomes a type without values. Each row becomes a [`Key`](crate::Key), and a
/// [`Row`](crate::schema::Row) of the table, which is linked into programs that read it.
///
/// ```
/// barelink_codec::attributes! {
///     /// Queue, `MYQ_*`.
///     pub Queue "MYQ_" {
///         /// Name of the queue.
///         1 => NAME: barelink_codec::value::Text<15>,
///         /// Maximum number of packets in the queue.
///         2 => LIMIT: u32 where range(1, 1000),
///     }
/// }
/// # fn main() {
/// assert_eq!(Queue::LIMIT.number(), 2);
/// # }
/// ```
///
/// Rows have to be in order:
///
/// ```compile_fail
/// barelink_codec::attributes! {
///     /// Wrong.
///     pub Queue "MYQ_" {
///         /// Second.
///         2 => LIMIT: u32,
///         /// First.
///         1 => NAME: u32,
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! attributes {
    (@bound) => { None };
    (@bound $bound:expr) => {{
        #[allow(unused_imports)]
        use $crate::schema::constraint::*;
        Some(const { &$bound })
    }};
    ($(#[$doc:meta])* $vis:vis $set:ident $prefix:literal {
        $( $(#[$row_doc:meta])+
           $number:literal => $name:ident $($own:literal)?: $type:ty $(where $bound:expr)?, )*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        $vis enum $set {}

        impl $set {
            $(
                $(#[$row_doc])+
                #[cfg_attr(doc, $crate::names::row($prefix, $name, $number $(, $own)?))]
                $vis const $name: $crate::attr::Key<$set, $type> =
                    $crate::attr::Key::new($number, stringify!($name));
            )*
        }

        impl $crate::schema::Set for $set {
            fn table() -> &'static $crate::schema::Table {
                static TABLE: $crate::schema::Table = $crate::schema::Table {
                    name: stringify!($set),
                    rows: {
                        const ROWS: &[$crate::schema::Row] = &[
                            $( $crate::schema::Row {
                                number: $number,
                                name: stringify!($name),
                                ty: <$type as $crate::value::Value>::TYPE,
                                constraint: $crate::attributes!(@bound $($bound)?),
                                multi: <$type as $crate::value::Value>::MULTI,
                            }, )*
                        ];
                        $crate::schema::assert_sorted(ROWS);
                        ROWS
                    },
                };
                &TABLE
            }
        }

        $crate::interned! {
            impl for set $set: $( $number => $name, )*
        }
    };
}

/// Declares a C structure, one field a row: `offset => name: Type`. Gaps between fields are zero.
///
/// The head has the C name and the fields' C prefix. A field stored in another form than its Rust
/// type has both: `0 => port: u16 as Be<u16>`.
///
/// A shorter structure, from an older kernel, is extended with zeros; the end of a longer one is
/// ignored.
#[macro_export]
macro_rules! structure {
    (@wire $plain:ty) => { $plain };
    (@wire $plain:ty, $wire:ty) => { $wire };
    ($(#[$doc:meta])* $vis:vis $struct:ident $c_name:literal $prefix:literal ($len:literal) {
        $( $(#[$row_doc:meta])+
           $offset:literal => $name:ident $($own:literal)?: $plain:ty $(as $wire:ty)?, )*
    }) => {
        $(#[$doc])*
        #[cfg_attr(doc, $crate::names::fields($c_name, $prefix, $len, $( $name $offset $($own)?, )*))]
        #[derive(Clone, Copy, PartialEq, Eq)]
        $vis struct $struct {
            $(
                $(#[$row_doc])+
                pub $name: $plain,
            )*
        }

        $( #[allow(clippy::int_plus_one)] const _: () = assert!(
            $offset + <$crate::structure!(@wire $plain $(, $wire)?) as $crate::value::Fixed>::LEN <= $len, "a field past the end"
        ); )*

        impl Default for $struct {
            fn default() -> Self {
                <Self as $crate::value::Structure>::read(&[])
            }
        }

        impl core::fmt::Debug for $struct {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let mut bytes = [0; $len];
                $crate::value::Structure::write(self, &mut bytes);
                $crate::value_text::named_structure(
                    <Self as $crate::value::Structure>::LAYOUT, &bytes, f,
                )
            }
        }

        impl $crate::value::Structure for $struct {
            const LEN: usize = $len;
            const LAYOUT: &'static $crate::schema::Layout = {
                static LAYOUT: $crate::schema::Layout = $crate::schema::Layout {
                    name: stringify!($struct),
                    len: $len,
                    fields: &[
                        $( $crate::schema::LayoutField {
                            offset: $offset,
                            name: stringify!($name),
                            ty: <$crate::structure!(@wire $plain $(, $wire)?) as $crate::value::Fixed>::TYPE,
                        }, )*
                    ],
                };
                &LAYOUT
            };

            #[inline(always)]
            fn read(bytes: &[u8]) -> Self {
                let mut longer = [0; $len];
                let whole: &[u8; $len] = match bytes.first_chunk() {
                    Some(whole) => whole,
                    None => {
                        longer.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                        &longer
                    }
                };
                let _ = whole;
                Self {
                    $( $name: <$crate::structure!(@wire $plain $(, $wire)?) as $crate::value::Fixed>::load(
                        whole.get($offset..).unwrap_or_default()
                    ), )*
                }
            }

            #[inline(always)]
            fn fits(&self) -> bool {
                true $( && <$crate::structure!(@wire $plain $(, $wire)?) as $crate::value::Fixed>::fits(&self.$name) )*
            }

            #[inline(always)]
            fn write(&self, bytes: &mut [u8]) {
                bytes.fill(0);
                let Some(whole) = bytes.first_chunk_mut::<$len>() else { return };
                let _ = &whole;
                $( if let Some(room) =
                    whole.get_mut($offset..$offset + <$crate::structure!(@wire $plain $(, $wire)?) as $crate::value::Fixed>::LEN)
                {
                    <$crate::structure!(@wire $plain $(, $wire)?) as $crate::value::Fixed>::store(&self.$name, room);
                } )*
            }
        }

        $crate::interned! { impl for struct $struct: $( $name: $plain, )* }
    };
}

/// Declares names for an integer's values: `number => NAME`. Other values keep their number.
///
/// Becomes a newtype with a constant for each row, for attributes and fields. With `pub Type
/// "PREFIX_": u32 as halves`, values without a name print as two 16-bit halves, `1:a0`.
#[macro_export]
macro_rules! values {
    ($(#[$doc:meta])* $vis:vis $type:ident $prefix:literal: $int:ty as halves {
        $( $(#[$row_doc:meta])+ $number:literal => $name:ident $($own:literal)?, )*
    }) => {
        $crate::named! {
            $(#[$doc])* $vis $type $prefix: $int { $( $(#[$row_doc])+ $number => $name $($own)?, )* }
            as Halves, |value, names, f| $crate::schema::print_halves(value as u64, names, f)
        }

        $crate::interned! { impl for halves $type }
    };
    ($(#[$doc:meta])* $vis:vis $type:ident $prefix:literal: $int:ty {
        $( $(#[$row_doc:meta])+ $number:literal => $name:ident $($own:literal)?, )*
    }) => {
        $crate::named! {
            $(#[$doc])* $vis $type $prefix: $int { $( $(#[$row_doc])+ $number => $name $($own)?, )* }
            as Enum, |value, names, f| $crate::schema::print_named(
                const { $crate::schema::int_of(<$int as $crate::value::Fixed>::TYPE) },
                value as u64, names, f,
            )
        }

        $crate::interned! { impl for $type, by 0: $( $number => $name, )* }
    };
}

/// Declares names for an integer's bits: `mask => NAME`. Other bits keep their number.
///
/// Becomes a newtype with a constant for each row; constants combine with `|`.
#[macro_export]
macro_rules! flags {
    ($(#[$doc:meta])* $vis:vis $type:ident $prefix:literal: $int:ty {
        $( $(#[$row_doc:meta])+ $number:literal => $name:ident $($own:literal)?, )*
    }) => {
        $crate::named! {
            $(#[$doc])* $vis $type $prefix: $int { $( $(#[$row_doc])+ $number => $name $($own)?, )* }
            as Flags, |value, names, f| $crate::schema::print_flags(value as u64, names, f)
        }

        impl $type {
            /// No bits.
            pub const EMPTY: $type = $type(0);

            /// Returns whether all of these bits are set.
            pub const fn contains(self, flags: $type) -> bool {
                self.0 & flags.0 == flags.0
            }
            /// Returns whether any of these bits is set.
            pub const fn intersects(self, flags: $type) -> bool {
                self.0 & flags.0 != 0
            }
            /// Returns these bits without those of `flags`.
            pub const fn without(self, flags: $type) -> $type {
                $type(self.0 & !flags.0)
            }
        }

        impl core::ops::BitOr for $type {
            type Output = $type;
            fn bitor(self, other: $type) -> $type {
                $type(self.0 | other.0)
            }
        }

        impl core::ops::BitOrAssign for $type {
            fn bitor_assign(&mut self, other: $type) {
                self.0 |= other.0;
            }
        }

        $crate::interned! { impl for bits $type }
    };
}

/// Common part of [`values!`](crate::values) and [`flags!`](crate::flags).
#[doc(hidden)]
#[macro_export]
macro_rules! named {
    ($(#[$doc:meta])* $vis:vis $type:ident $prefix:literal: $int:ty {
        $( $(#[$row_doc:meta])+ $number:literal => $name:ident $($own:literal)?, )*
    } as $shape:ident, |$value:ident, $names:ident, $f:ident| $print:expr) => {
        $(#[$doc])*
        #[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $type(pub <$int as $crate::value::Fixed>::Plain);

        impl $type {
            $(
                $(#[$row_doc])+
                #[cfg_attr(doc, $crate::names::row($prefix, $name, $number $(, $own)?))]
                $vis const $name: $type = $type($number);
            )*
        }

        impl $type {
            /// Names of the values.
            #[allow(clippy::unnecessary_cast)]
            $vis const NAMES: $crate::schema::ValueNames =
                &[$( ($type::$name.0 as u64, stringify!($name)), )*];
        }

        impl core::fmt::Debug for $type {
            #[allow(clippy::unnecessary_cast)]
            fn fmt(&self, $f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let ($value, $names) = (self.0, $type::NAMES);
                $print
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(self, f)
            }
        }

        impl $crate::value::Fixed for $type {
            type Plain = $type;
            const LEN: usize = <$int as $crate::value::Fixed>::LEN;
            const TYPE: $crate::schema::Type = $crate::schema::Type::$shape(
                $crate::schema::int_of(<$int as $crate::value::Fixed>::TYPE),
                $type::NAMES,
            );

            #[inline(always)]
            fn load(bytes: &[u8]) -> $type {
                $type(<$int as $crate::value::Fixed>::load(bytes))
            }
            #[inline(always)]
            fn store(value: &$type, out: &mut [u8]) {
                <$int as $crate::value::Fixed>::store(&value.0, out)
            }
        }

        #[allow(clippy::unnecessary_cast)]
        impl $crate::value::Numbered for $type {
            #[inline(always)]
            fn number(self) -> u64 {
                self.0 as u64
            }
            #[inline(always)]
            fn from_number(number: u64) -> $type {
                $type(number as <$int as $crate::value::Fixed>::Plain)
            }
        }
    };
}

/// Declares the payload types that another attribute's value selects: `by text KEY` (`by text KEY |
/// OTHER` where the first may be absent), `by number KEY`, or `by family` for the message's address
/// family; with `out 1` ahead of the key, the attribute is one level further out. Rows are `"text"
/// => Type` or `Values::NAME => Type`, the last may be `_ => Type`. Texts of one type share a row:
/// `"gre" | "gretap" => Nest<Gre>`. `by number KEY as Other` has the rows of another declaration.
///
/// Becomes a type for [`SubMessage`](crate::nest::SubMessage). [`Key::nested`](crate::Key::nested)
/// compiles only for types that have a row.
#[macro_export]
macro_rules! sub_messages {
    (@up) => { 0 };
    (@up $up:literal) => { $up };
    (@text $up:expr, $by:path) => { $crate::schema::SelectBy::Text($by.number(), $up) };
    (@text $up:expr, $by:path, $or:path) => {
        $crate::schema::SelectBy::TextOr($by.number(), $or.number(), $up)
    };
    ($(#[$doc:meta])* $vis:vis $choices:ident by $how:ident out $up:literal $($rest:tt)*) => {
        $crate::sub_messages! { $(#[$doc])* $vis $choices by $how {$up} $($rest)* }
    };
    ($(#[$doc:meta])* $vis:vis $choices:ident
        by text $({$up:literal})? $by:path $(| $or:path)? {
        $( $($text:literal)|+ => $type:ty, )* $(_ => $other:ty,)?
    }) => {
        $crate::sub_messages! {
            @ $(#[$doc])* $vis $choices,
            $crate::sub_messages!(@text $crate::sub_messages!(@up $($up)?), $by $(, $or)?),
            [ $( $( ($crate::schema::SelectorValue::Text($text), <$type as $crate::value::Value>::TYPE), )+ )*
              $( ($crate::schema::SelectorValue::Any, <$other as $crate::value::Value>::TYPE), )? ],
            $( $type, )* $( $other, )?
        }
    };
    ($(#[$doc:meta])* $vis:vis $choices:ident by number $({$up:literal})? $by:path {
        $( $($($value:ident)::+)|+ => $type:ty, )* $(_ => $other:ty,)?
    }) => {
        $crate::sub_messages! {
            @ $(#[$doc])* $vis $choices,
            $crate::schema::SelectBy::Number($by.number(), $crate::sub_messages!(@up $($up)?)),
            [ $( $( ($crate::schema::SelectorValue::Number($($value)::+.0 as u64), <$type as $crate::value::Value>::TYPE), )+ )*
              $( ($crate::schema::SelectorValue::Any, <$other as $crate::value::Value>::TYPE), )? ],
            $( $type, )* $( $other, )?
        }
    };
    ($(#[$doc:meta])* $vis:vis $choices:ident by number $by:path as $other:ty) => {
        $crate::sub_messages! {
            @table $(#[$doc])* $vis $choices,
            $crate::schema::SelectBy::Number($by.number(), 0),
            <$other as $crate::nest::SubMessages>::SELECTOR.cases
        }

        impl<V> $crate::nest::SubMessageFormat<V> for $choices where $other: $crate::nest::SubMessageFormat<V> {}
    };
    ($(#[$doc:meta])* $vis:vis $choices:ident by family {
        $( $($($value:ident)::+)|+ => $type:ty, )* $(_ => $other:ty,)?
    }) => {
        $crate::sub_messages! {
            @ $(#[$doc])* $vis $choices,
            $crate::schema::SelectBy::Family,
            [ $( $( ($crate::schema::SelectorValue::Number($($value)::+.0 as u64), <$type as $crate::value::Value>::TYPE), )+ )*
              $( ($crate::schema::SelectorValue::Any, <$other as $crate::value::Value>::TYPE), )? ],
            $( $type, )* $( $other, )?
        }
    };
    (@ $(#[$doc:meta])* $vis:vis $choices:ident, $by:expr, [$($cases:tt)*], $($type:ty,)*) => {
        $crate::sub_messages! { @table $(#[$doc])* $vis $choices, $by, &[$($cases)*] }

        $( impl $crate::nest::SubMessageFormat<$type> for $choices {} )*
    };
    (@table $(#[$doc:meta])* $vis:vis $choices:ident, $by:expr, $cases:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        $vis enum $choices {}

        impl $crate::nest::SubMessages for $choices {
            const SELECTOR: &'static $crate::schema::Selector = {
                static SELECTOR: $crate::schema::Selector =
                    $crate::schema::Selector { by: $by, cases: $cases };
                &SELECTOR
            };
        }
    };
}

/// Declares a family's message types, one a row: `number => NAME "RTM_NEWNAME"`, with the header
/// and the attribute set that all have, or `number => NAME: Set` for one with another set. `GET
/// where dump puts KEY = value` adds an attribute to dump requests, except for the address family
/// after `; not of`.
///
/// Each row becomes a [`MessageType`](crate::MessageType), all together a
/// [`Family`](crate::family::Family).
#[macro_export]
macro_rules! messages {
    (@header $header:ty) => { $header };
    (@header $header:ty, $own:ty) => { $own };
    ($(#[$doc:meta])* $vis:vis $family:ident $name:literal: $header:ty, $set:ty {
        $( $(#[$row_doc:meta])+
           $number:literal => $message_type:ident $($c_name:literal)? $(: $own:ty)?
           $(where dump puts $key:path = $value:expr $(; not of $family_of:path)?)?, )*
    }) => {
        $(
            $(#[$row_doc])+
            #[cfg_attr(doc, $crate::names::row("", $message_type, $number $(, $c_name)?))]
            $vis const $message_type: $crate::message::MessageType<$header, $crate::messages!(@header $set $(, $own)?)> =
                $crate::message::MessageType::new($number)$(.on_dump($key, $value)$(.but_not_of($family_of.0))?)?;
        )*

        $(#[$doc])*
        $vis static $family: $crate::family::Family = $crate::family::Family {
            name: $name,
            header: <$header as $crate::value::Structure>::LAYOUT,
            messages: &[
                $( $crate::family::MessageRow {
                    number: $number,
                    name: stringify!($message_type),
                    table: <$crate::messages!(@header $set $(, $own)?) as $crate::schema::Set>::table,
                }, )*
            ],
            groups: &[],
            generic: false,
        };
    };
}

/// Declares a generic netlink family: its name, the commands' C prefix, its version, and its
/// commands, one a row: `number => NAME: Set`; then its multicast groups: `NAME "name"`. A family
/// with a header of its own has it behind the version: `version 1 header Header`.
///
/// Each command becomes a [`Command`](crate::genl::Command).
#[macro_export]
macro_rules! commands {
    ($(#[$doc:meta])* $vis:vis $family:ident $name:literal $prefix:literal version $version:literal {
        $($rows:tt)*
    } $(groups { $($groups:tt)* })?) => {
        $crate::commands! {
            $(#[$doc])* $vis $family $name $prefix version $version header () {
                $($rows)*
            } groups { $($($groups)*)? }
        }
    };
    ($(#[$doc:meta])* $vis:vis $family:ident $name:literal $prefix:literal
     version $version:literal header $header:ty {
        $( $(#[$row_doc:meta])+ $number:literal => $command:ident $($own:literal)?: $set:ty, )*
    } groups {
        $( $(#[$group_doc:meta])+ $group:ident $group_name:literal, )*
    }) => {
        $(
            $(#[$row_doc])+
            #[cfg_attr(doc, $crate::names::row($prefix, $command, $number $(, $own)?))]
            $vis const $command: $crate::genl::Command<$header, $set> =
                $crate::genl::Command::new($number, $version);
        )*

        $( $(#[$group_doc])+ $vis const $group: &str = $group_name; )*

        $(#[$doc])*
        $vis static $family: $crate::family::Family = $crate::family::Family {
            name: $name,
            header: <$crate::genl::GenlHeader<$header>
                as $crate::value::Structure>::LAYOUT,
            messages: &[
                $( $crate::family::MessageRow {
                    number: $number,
                    name: stringify!($command),
                    table: <$set as $crate::schema::Set>::table,
                }, )*
            ],
            groups: &[$( $group_name, )*],
            generic: true,
        };
    };
}

/// Writes a table's `defmt::Format` with interned names; empty without that feature.
#[cfg(feature = "defmt")]
#[doc(hidden)]
#[macro_export]
macro_rules! interned {
    (impl for struct $struct:ident: $($name:ident: $type:ty,)*) => {
        impl $crate::defmt::Format for $struct {
            fn format(&self, f: $crate::defmt::Formatter<'_>) {
                /// The same by reference, so that the names are interned.
                #[derive($crate::defmt::Format)]
                #[defmt(crate = $crate::defmt)]
                struct $struct<'s> { $( $name: &'s $type, )* }
                $crate::defmt::write!(f, "{}", $struct { $( $name: &self.$name, )* })
            }
        }
    };
    (impl for halves $type:ident) => {
        impl $crate::defmt::Format for $type {
            fn format(&self, f: $crate::defmt::Formatter<'_>) {
                $crate::defmt::write!(f, "{}", $crate::defmt::Debug2Format(self))
            }
        }
    };
    (impl for bits $type:ident) => {
        impl $crate::defmt::Format for $type {
            fn format(&self, f: $crate::defmt::Formatter<'_>) {
                $crate::defmt::write!(f, "{:x}", self.0)
            }
        }
    };
    (impl for set $set:ident: $($number:literal => $name:ident,)*) => {
        impl $crate::attr::Interned for $set {
            fn format(number: u16, payload: &[u8], f: $crate::defmt::Formatter<'_>) {
                #[derive($crate::defmt::Format)]
                #[defmt(crate = $crate::defmt)]
                #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
                enum Name { $( $name, )* }
                let name: Name = match number {
                    $( $number => Name::$name, )*
                    other => {
                        return $crate::defmt::write!(f, "{=u16}={=[u8]:02x}", other, payload);
                    }
                };
                $crate::defmt::write!(f, "{}={=[u8]:02x}", name, payload)
            }
        }
    };
    (impl for $type:ty, by 0: $($number:literal => $name:ident,)*) => {
        impl $crate::defmt::Format for $type {
            #[allow(unreachable_patterns)]
            fn format(&self, f: $crate::defmt::Formatter<'_>) {
                #[derive($crate::defmt::Format)]
                #[defmt(crate = $crate::defmt)]
                #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
                enum Name { $( $name, )* }
                let name: Name = match self.0 {
                    $( $number => Name::$name, )*
                    other => return $crate::defmt::write!(f, "{}", other),
                };
                $crate::defmt::write!(f, "{}", name)
            }
        }
    };
}

/// Writes a table's `defmt::Format` with interned names; empty without that feature.
#[cfg(not(feature = "defmt"))]
#[doc(hidden)]
#[macro_export]
macro_rules! interned {
    ($($rest:tt)*) => {};
}
