//! Printing of a link's counters.

use core::fmt::{self, Display};

use barelink_codec::rtnl::link::{Link, LinkStats, LinkStats64};
use barelink_codec::schema::Int;
use barelink_codec::value::Structure as _;
use barelink_transport::Channel;

use super::index::Index;
use super::printer::Printer;
use super::words::cut;

/// Counter, printed with a suffix such as `k` or `M` if requested.
struct Scaled {
    count: u64,
    human: bool,
    iec: bool,
}

impl Display for Scaled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = if self.iec { 1024 } else { 1000 };
        if !self.human || self.count < base {
            return write!(f, "{}", self.count);
        }
        let mut letters = "kMGTPE".chars();
        let (mut unit, mut letter) = (base, letters.next());
        while self.count / base >= unit {
            let Some(next) = letters.next() else { break };
            letter = Some(next);
            unit = unit.saturating_mul(base);
        }
        // Two decimals below 10, one below 100.
        let whole = self.count / unit;
        let digits = if whole < 10 { 2 } else { u32::from(whole < 100) };
        let scale = 10u64.pow(digits);
        let wide = u128::from(self.count) * u128::from(scale) * 2;
        let rounded = (wide / u128::from(unit)).div_ceil(2) as u64;
        let (letter, i) = (letter.unwrap_or(' '), if self.iec { "i" } else { "" });
        match digits {
            0 => write!(f, "{rounded}{letter}{i}"),
            digits => {
                let (whole, part) = (rounded / scale, rounded % scale);
                write!(f, "{whole}.{part:0digits$}{letter}{i}", digits = digits as usize)
            }
        }
    }
}

/// Returns the number of characters of a printed value.
fn width(value: &dyn Display) -> usize {
    struct Count(usize);
    impl fmt::Write for Count {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.saturating_add(text.len());
            Ok(())
        }
    }
    let mut count = Count(0);
    let _ = fmt::write(&mut count, format_args!("{value}"));
    count.0
}

/// Returns the index of a field in `struct rtnl_link_stats64`, which is the same in `struct
/// rtnl_link_stats`.
const fn field_index(name: &str) -> u8 {
    let (wide, narrow) = (LinkStats64::LAYOUT.fields, LinkStats::LAYOUT.fields);
    let mut at = 0;
    while at < wide.len() {
        if same(wide[at].name, name) {
            assert!(at >= narrow.len() || same(narrow[at].name, name));
            return at as u8;
        }
        at += 1;
    }
    #[allow(clippy::panic)] // at compile time
    {
        panic!("no such counter")
    }
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// Field index for the number of carrier changes, which is not in the structure.
const CARRIER_CHANGES: u8 = u8::MAX;

/// Counters of a line: their headings separated by commas, and their field indexes. A heading with
/// a `?` after it is printed only if its counter is not 0.
type Row = (&'static str, &'static [u8]);

/// Builds a line from its headings and the names of the fields.
macro_rules! row {
    ($words:literal; $($name:literal),*) => { ($words, const { &[$(field_index($name)),*] }) };
}

const RECEIVED: Row = row! { "bytes,packets,errors,dropped,missed,mcast,compressed?";
    "rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "rx_missed_errors", "multicast",
    "rx_compressed"
};
const RECEIVED_ERRORS: Row = row! { "length,crc,frame,fifo,overrun,nohandler?,otherhost?";
    "rx_length_errors", "rx_crc_errors", "rx_frame_errors", "rx_fifo_errors", "rx_over_errors",
    "rx_nohandler", "rx_otherhost_dropped"
};
const SENT: Row = row! { "bytes,packets,errors,dropped,carrier,collsns,compressed?";
    "tx_bytes", "tx_packets", "tx_errors", "tx_dropped", "tx_carrier_errors", "collisions",
    "tx_compressed"
};
const SENT_ERRORS: Row = (
    "aborted,fifo,window,heartbt,transns",
    &[
        field_index("tx_aborted_errors"),
        field_index("tx_fifo_errors"),
        field_index("tx_window_errors"),
        field_index("tx_heartbeat_errors"),
        CARRIER_CHANGES,
    ],
);

/// Lines of JSON, where two counters change places.
const JSON_RECEIVED: Row = row! {
    "bytes,packets,errors,dropped,over_errors,multicast,compressed?";
    "rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "rx_over_errors", "multicast",
    "rx_compressed"
};
const JSON_RECEIVED_ERRORS: Row = row! {
    "length_errors,crc_errors,frame_errors,fifo_errors,missed_errors,nohandler?,otherhost?";
    "rx_length_errors", "rx_crc_errors", "rx_frame_errors", "rx_fifo_errors", "rx_missed_errors",
    "rx_nohandler", "rx_otherhost_dropped"
};
const JSON_SENT: Row =
    ("bytes,packets,errors,dropped,carrier_errors,collisions,compressed?", SENT.1);
const JSON_SENT_ERRORS: Row =
    ("aborted_errors,fifo_errors,window_errors,heartbeat_errors,carrier_changes", SENT_ERRORS.1);

/// Counters of a link, of eight bytes each or of four.
#[derive(Clone, Copy)]
struct Counters<'a> {
    bytes: &'a [u8],
    size: u8,
    changes: Option<u32>,
}

impl Counters<'_> {
    /// Calls `each` with the position, heading and value of each counter of a line; the heading is
    /// empty if the counter is not printed.
    #[inline(never)]
    fn each(&self, (words, places): Row, each: &mut dyn FnMut(usize, &'static str, u64)) {
        let mut words = words;
        for (at, field_index) in places.iter().enumerate() {
            let mut rest = cut(&mut words, b',');
            let optional = rest.ends_with('?');
            let word = cut(&mut rest, b'?');
            let value = match *field_index {
                CARRIER_CHANGES => self.changes.map(u64::from),
                field_index => {
                    let start = usize::from(field_index).wrapping_mul(self.size.into());
                    let bytes = self.bytes.get(start..start.wrapping_add(self.size.into()));
                    Some(bytes.and_then(|it| Int::unsigned(self.size).load(it)).unwrap_or(0))
                }
            };
            let hidden = value.is_none_or(|value| optional && value == 0);
            each(at, if hidden { "" } else { word }, value.unwrap_or(0));
        }
    }
}

/// Prints a link's counters, if it has any.
pub fn print<C: Channel>(printer: &mut Printer<'_, '_, C>, link: &Index<'_, Link>) {
    let changes = link.get(Link::CARRIER_CHANGES);
    let (key, bytes, size) = match (link.payload(Link::STATS64), link.payload(Link::STATS)) {
        (Some(bytes), _) => ("stats64", bytes, 8),
        (None, Some(bytes)) => ("stats", bytes, 4),
        (None, None) => return,
    };
    let counters = Counters { bytes, size, changes };
    let more = printer.options.stats > 1;
    if !printer.out.json {
        let columns =
            ["*X errors:", "packets", "errors", "dropped", "heartbt", "overrun", "compressed"];
        let mut table = Table { printer, counters, columns: columns.map(str::len) };
        table.widen(RECEIVED, 0);
        table.widen(SENT, 0);
        if more {
            table.widen(RECEIVED_ERRORS, 1);
            table.widen(SENT_ERRORS, 1);
        }
        for (start, label, row, errors_label, errors) in [
            (false, "RX:", RECEIVED, "RX errors:", RECEIVED_ERRORS),
            (true, "TX:", SENT, "TX errors:", SENT_ERRORS),
        ] {
            if start {
                table.printer.out.line();
            }
            table.row(label, row);
            if more {
                table.printer.out.line();
                table.errors(errors_label, errors);
            }
        }
        return;
    }
    printer.out.object(Some(key));
    for (key, row, errors) in
        [("rx", JSON_RECEIVED, JSON_RECEIVED_ERRORS), ("tx", JSON_SENT, JSON_SENT_ERRORS)]
    {
        printer.out.object(Some(key));
        let print = &mut |_, key: &str, value: u64| {
            if !key.is_empty() {
                printer.out.key(key, value);
            }
        };
        counters.each(row, print);
        if more {
            counters.each(errors, print);
        }
        printer.out.end_object();
    }
    printer.out.end_object();
}

/// Counters printed in columns.
struct Table<'p, 'a, 'b, 'c, C> {
    printer: &'p mut Printer<'a, 'b, C>,
    counters: Counters<'c>,
    columns: [usize; 7],
}

impl<C: Channel> Table<'_, '_, '_, '_, C> {
    fn scaled(&self, count: u64) -> Scaled {
        Scaled { count, human: self.printer.options.human, iec: self.printer.options.iec }
    }

    /// Widens the columns, from this one on, to the width of the values.
    fn widen(&mut self, row: Row, from: usize) {
        let counters = self.counters;
        counters.each(row, &mut |at, _, value| {
            let wide = width(&self.scaled(value));
            if let Some(column) = self.columns.get_mut(at.saturating_add(from)) {
                *column = (*column).max(wide);
            }
        });
    }

    fn column(&self, at: usize) -> usize {
        self.columns.get(at).copied().unwrap_or(0)
    }

    /// Prints headings over values, the first heading in the label's column.
    fn row(&mut self, label: &str, row: Row) {
        let counters = self.counters;
        self.printer.out.text(format_args!("    {label}"));
        counters.each(row, &mut |at, word, _| {
            let wide = self.column(at);
            let wide = if at == 0 { wide.saturating_sub(label.len() + 1) } else { wide };
            self.printer.out.text(format_args!(" {word:>wide$}"));
        });
        self.printer.out.line();
        self.printer.out.literal("    ");
        counters.each(row, &mut |at, word, value| self.value(word, value, self.column(at)));
    }

    /// Prints headings over values, after the label's column.
    fn errors(&mut self, label: &str, row: Row) {
        let counters = self.counters;
        let first = self.column(0).saturating_sub(label.len());
        self.printer.out.text(format_args!("    {label}{:first$}", ""));
        counters.each(row, &mut |at, word, _| {
            let wide = self.column(at.saturating_add(1));
            if !word.is_empty() {
                self.printer.out.text(format_args!(" {word:>wide$}"));
            }
        });
        self.printer.out.line();
        self.printer.out.text(format_args!(
            "{:wide$}",
            "",
            wide = self.column(0).saturating_add(5)
        ));
        counters.each(row, &mut |at, word, value| {
            self.value(word, value, self.column(at.saturating_add(1)));
        });
    }

    fn value(&mut self, word: &str, value: u64, wide: usize) {
        if word.is_empty() {
            return;
        }
        let value = self.scaled(value);
        let gap = wide.saturating_sub(width(&value));
        self.printer.out.text(format_args!("{:gap$}{value} ", ""));
    }
}
