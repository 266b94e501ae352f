//! What has gone through a link.

use core::fmt::{self, Display};

use barelink_codec::rtnl::link::{Link, LinkStats, LinkStats64};
use barelink_transport::Channel;

use super::index::Index;
use super::pen::Pen;

/// A number with `k`, `M`, `G`, if such are wanted.
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
        // Two digits behind the point below 10, one below 100.
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

/// How many characters something takes in print.
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

fn wide(stats: LinkStats) -> LinkStats64 {
    LinkStats64 {
        rx_packets: stats.rx_packets.into(),
        tx_packets: stats.tx_packets.into(),
        rx_bytes: stats.rx_bytes.into(),
        tx_bytes: stats.tx_bytes.into(),
        rx_errors: stats.rx_errors.into(),
        tx_errors: stats.tx_errors.into(),
        rx_dropped: stats.rx_dropped.into(),
        tx_dropped: stats.tx_dropped.into(),
        multicast: stats.multicast.into(),
        collisions: stats.collisions.into(),
        rx_length_errors: stats.rx_length_errors.into(),
        rx_over_errors: stats.rx_over_errors.into(),
        rx_crc_errors: stats.rx_crc_errors.into(),
        rx_frame_errors: stats.rx_frame_errors.into(),
        rx_fifo_errors: stats.rx_fifo_errors.into(),
        rx_missed_errors: stats.rx_missed_errors.into(),
        tx_aborted_errors: stats.tx_aborted_errors.into(),
        tx_carrier_errors: stats.tx_carrier_errors.into(),
        tx_fifo_errors: stats.tx_fifo_errors.into(),
        tx_heartbeat_errors: stats.tx_heartbeat_errors.into(),
        tx_window_errors: stats.tx_window_errors.into(),
        rx_compressed: stats.rx_compressed.into(),
        tx_compressed: stats.tx_compressed.into(),
        rx_nohandler: stats.rx_nohandler.into(),
        ..Default::default()
    }
}

/// A row of counters: a word for each, and its value; those without a word are left out.
type Row<'r> = [(&'r str, u64)];

/// Prints a link's counters, if it has any.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, link: &Index<'_, Link>) {
    let (key, stats) = match (link.get(Link::STATS64), link.get(Link::STATS)) {
        (Some(stats), _) => ("stats64", stats),
        (None, Some(stats)) => ("stats", wide(stats)),
        (None, None) => return,
    };
    let changes = link.get(Link::CARRIER_CHANGES);
    let more = pen.options.stats > 1;
    // A counter that is most often 0 has a column only if it is not.
    let odd = |word, value| (if value > 0 { word } else { "" }, value);
    let received = [
        ("bytes", stats.rx_bytes),
        ("packets", stats.rx_packets),
        ("errors", stats.rx_errors),
        ("dropped", stats.rx_dropped),
        ("missed", stats.rx_missed_errors),
        ("mcast", stats.multicast),
        odd("compressed", stats.rx_compressed),
    ];
    let received_errors = [
        ("length", stats.rx_length_errors),
        ("crc", stats.rx_crc_errors),
        ("frame", stats.rx_frame_errors),
        ("fifo", stats.rx_fifo_errors),
        ("overrun", stats.rx_over_errors),
        odd("nohandler", stats.rx_nohandler),
        odd("otherhost", stats.rx_otherhost_dropped),
    ];
    let sent = [
        ("bytes", stats.tx_bytes),
        ("packets", stats.tx_packets),
        ("errors", stats.tx_errors),
        ("dropped", stats.tx_dropped),
        ("carrier", stats.tx_carrier_errors),
        ("collsns", stats.collisions),
        odd("compressed", stats.tx_compressed),
    ];
    let sent_errors = [
        ("aborted", stats.tx_aborted_errors),
        ("fifo", stats.tx_fifo_errors),
        ("window", stats.tx_window_errors),
        ("heartbt", stats.tx_heartbeat_errors),
        (if changes.is_some() { "transns" } else { "" }, changes.unwrap_or(0).into()),
    ];
    if !pen.out.json {
        let mut table = Table {
            pen,
            columns: [
                "*X errors:",
                "packets",
                "errors",
                "dropped",
                "heartbt",
                "overrun",
                "compressed",
            ]
            .map(str::len),
        };
        table.fit(&received, 0);
        table.fit(&sent, 0);
        if more {
            table.fit(&received_errors, 1);
            table.fit(&sent_errors, 1);
        }
        table.row("RX:", &received);
        if more {
            table.pen.out.line();
            table.errors("RX errors:", &received_errors);
        }
        table.pen.out.line();
        table.row("TX:", &sent);
        if more {
            table.pen.out.line();
            table.errors("TX errors:", &sent_errors);
        }
        return;
    }
    pen.out.object(Some(key));
    pen.out.object(Some("rx"));
    let json = |pen: &mut Pen<'_, '_, C>, keys: &[&str], row: &Row<'_>| {
        for (key, (word, value)) in keys.iter().zip(row) {
            if !word.is_empty() {
                pen.out.key(key, *value);
            }
        }
    };
    let [bytes, packets, errors, dropped, _, multicast, compressed] = received;
    let over = ("overrun", stats.rx_over_errors);
    json(
        pen,
        &["bytes", "packets", "errors", "dropped", "over_errors", "multicast", "compressed"],
        &[bytes, packets, errors, dropped, over, multicast, compressed],
    );
    if more {
        let [length, crc, frame, fifo, _, nohandler, otherhost] = received_errors;
        let missed = ("missed", stats.rx_missed_errors);
        json(
            pen,
            &[
                "length_errors",
                "crc_errors",
                "frame_errors",
                "fifo_errors",
                "missed_errors",
                "nohandler",
                "otherhost",
            ],
            &[length, crc, frame, fifo, missed, nohandler, otherhost],
        );
    }
    pen.out.end_object();
    pen.out.object(Some("tx"));
    json(
        pen,
        &["bytes", "packets", "errors", "dropped", "carrier_errors", "collisions", "compressed"],
        &sent,
    );
    if more {
        json(
            pen,
            &[
                "aborted_errors",
                "fifo_errors",
                "window_errors",
                "heartbeat_errors",
                "carrier_changes",
            ],
            &sent_errors,
        );
    }
    pen.out.end_object();
    pen.out.end_object();
}

/// Counters in columns.
struct Table<'p, 'a, 'b, C> {
    pen: &'p mut Pen<'a, 'b, C>,
    columns: [usize; 7],
}

impl<C: Channel> Table<'_, '_, '_, C> {
    fn scaled(&self, count: u64) -> Scaled {
        Scaled { count, human: self.pen.options.human, iec: self.pen.options.iec }
    }

    /// Makes the columns, from this one on, as wide as the values need.
    fn fit(&mut self, row: &Row<'_>, from: usize) {
        for (at, (_, value)) in row.iter().enumerate() {
            let wide = width(&self.scaled(*value));
            if let Some(column) = self.columns.get_mut(at.saturating_add(from)) {
                *column = (*column).max(wide);
            }
        }
    }

    fn column(&self, at: usize) -> usize {
        self.columns.get(at).copied().unwrap_or(0)
    }

    /// Words over values, the first word within the label's column.
    fn row(&mut self, label: &str, row: &Row<'_>) {
        self.pen.out.text(format_args!("    {label}"));
        for (at, (word, _)) in row.iter().enumerate() {
            let wide = self.column(at);
            let wide = if at == 0 { wide.saturating_sub(label.len() + 1) } else { wide };
            self.pen.out.text(format_args!(" {word:>wide$}"));
        }
        self.pen.out.line();
        self.pen.out.words("    ");
        for (at, (word, value)) in row.iter().enumerate() {
            self.value(word, *value, self.column(at));
        }
    }

    /// Words over values, behind the label's column.
    fn errors(&mut self, label: &str, row: &Row<'_>) {
        let first = self.column(0).saturating_sub(label.len());
        self.pen.out.text(format_args!("    {label}{:first$}", ""));
        for (at, (word, _)) in row.iter().enumerate().filter(|row| !row.1.0.is_empty()) {
            let wide = self.column(at.saturating_add(1));
            self.pen.out.text(format_args!(" {word:>wide$}"));
        }
        self.pen.out.line();
        self.pen.out.text(format_args!("{:wide$}", "", wide = self.column(0).saturating_add(5)));
        for (at, (word, value)) in row.iter().enumerate() {
            self.value(word, *value, self.column(at.saturating_add(1)));
        }
    }

    fn value(&mut self, word: &str, value: u64, wide: usize) {
        if word.is_empty() {
            return;
        }
        let value = self.scaled(value);
        let gap = wide.saturating_sub(width(&value));
        self.pen.out.text(format_args!("{:gap$}{value} ", ""));
    }
}
