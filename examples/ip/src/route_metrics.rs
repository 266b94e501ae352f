//! Parsing of a route's metrics (`RTA_METRICS`).

use barelink_codec::rtnl::route::{MetricFeatures, Metrics};

use super::body::Body;
use super::grammar::{Entry, entry};
use super::words::{Exit, TextOutput, USAGE, Words, number32};

/// Unit of a metric.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Number without a unit.
    Number,
    /// Milliseconds, multiplied by this factor.
    Time(u32),
    /// Text, such as the name of a congestion control algorithm.
    Text,
    /// List of feature names.
    Features,
}

/// Metrics, in the order that abbreviations are tried.
pub const METRICS: &str = "=mtu\n=hoplimit\n=advmss\nreordering\n=rtt\n=rto_min\nwindow\ncwnd\ninitcwnd\n\
    initrwnd\nfeatures\nquickack\ncongctl\nrttvar\nssthresh\n";

/// Metrics that are tried after all other words.
pub const LAST_METRICS: &str = "fastopen_no_cookie\n";

/// Attribute and unit of each metric.
pub const METRIC_ROWS: &[(u8, Unit)] = &[
    (Metrics::MTU.number() as u8, Unit::Number),
    (Metrics::HOPLIMIT.number() as u8, Unit::Number),
    (Metrics::ADVMSS.number() as u8, Unit::Number),
    (Metrics::REORDERING.number() as u8, Unit::Number),
    (Metrics::RTT.number() as u8, Unit::Time(8)),
    (Metrics::RTO_MIN.number() as u8, Unit::Time(1)),
    (Metrics::WINDOW.number() as u8, Unit::Number),
    (Metrics::CWND.number() as u8, Unit::Number),
    (Metrics::INITCWND.number() as u8, Unit::Number),
    (Metrics::INITRWND.number() as u8, Unit::Number),
    (Metrics::FEATURES.number() as u8, Unit::Features),
    (Metrics::QUICKACK.number() as u8, Unit::Number),
    (Metrics::CC_ALGO.number() as u8, Unit::Text),
    (Metrics::RTTVAR.number() as u8, Unit::Time(4)),
    (Metrics::SSTHRESH.number() as u8, Unit::Number),
];
/// Attribute and unit of each of the last metrics.
pub const LAST_ROWS: &[(u8, Unit)] = &[(Metrics::FASTOPEN_NO_COOKIE.number() as u8, Unit::Number)];

/// Parses a time such as `57ms` or `1.5s` into milliseconds multiplied by the factor, rounded up; a
/// number without a unit is taken unchanged.
fn milliseconds(word: &str, factor: u32) -> Option<u32> {
    if let Some(raw) = number32(word) {
        return Some(raw);
    }
    let end = word.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(word.len());
    let (digits, unit) = word.split_at_checked(end)?;
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let is = |units: &[&str]| units.iter().any(|it| same(unit, it));
    let (times, factor) = match unit {
        "" => (1, 1),
        _ if is(&["s", "sec", "secs"]) => (1000, factor),
        _ if is(&["ms", "msec", "msecs"]) => (1, factor),
        _ => return None,
    };
    if rest.contains('.') {
        return None;
    }
    let mut thousandths: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    for at in 0..3 {
        let digit = rest.as_bytes().get(at).map_or(0, |digit| u64::from(digit.wrapping_sub(b'0')));
        thousandths = thousandths.checked_mul(10)?.checked_add(digit)?;
    }
    let more = rest.bytes().skip(3).any(|digit| digit != b'0');
    let all = thousandths.checked_mul(times)?;
    // Digits after the third are rounded up.
    let all = all.checked_add(u64::from(more))?.div_ceil(1000);
    u32::try_from(all).ok()?.checked_mul(factor)
}

/// Returns whether two words are equal but for case.
#[inline(never)]
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Metrics of a route, and which of them are locked.
pub struct MetricArgs {
    /// Attributes of the metrics.
    pub body: Body,
    /// Locked metrics, a bit for each number.
    pub locked: u32,
}

impl MetricArgs {
    /// Parses a metric; returns `false` if the word is none.
    #[inline(never)]
    pub fn metric(
        &mut self,
        (names, rows): (&'static str, &[(u8, Unit)]),
        word: &str,
        words: &mut Words<'_>,
        err: &mut TextOutput<'_>,
    ) -> Result<bool, Exit> {
        let Some(Entry { at, name, .. }) = entry(names, word) else { return Ok(false) };
        let Some((number, unit)) = rows.get(at) else { return Ok(false) };
        let number = u16::from(*number);
        let mut value = words.value(err)?;
        let bit = 1u32.wrapping_shl(number.into());
        if number == Metrics::RTO_MIN.number() {
            // The kernel has no unlocked form of it.
            self.locked |= bit;
        }
        if value == "lock" && *unit != Unit::Features {
            self.locked |= bit;
            value = words.value(err)?;
        }
        let number_value = match unit {
            Unit::Text => {
                self.body.put(number, value.as_bytes());
                return Ok(true);
            }
            Unit::Features => Some(features(value, words)),
            Unit::Number => number32(value),
            Unit::Time(factor) => milliseconds(value, *factor),
        };
        let on = matches!(name, "quickack" | "fastopen_no_cookie");
        let why = match (number_value, unit) {
            (Some(0), Unit::Features) => "value not valid",
            (Some(2..), _) if on => "value should be 0 or 1",
            (Some(0x100..), _) if name == "hoplimit" => "value is invalid",
            (Some(value), _) => {
                self.body.put_u32(number, value);
                return Ok(true);
            }
            (None, _) => "value is invalid",
        };
        let name = if name == "advmss" { "mss" } else { name };
        writeln!(err, "Error: argument \"{value}\" is wrong: \"{name}\" {why}\n");
        Err(USAGE)
    }
}

/// Parses a list of features.
fn features(word: &str, words: &mut Words<'_>) -> u32 {
    let feature = |word: &str| match word {
        "ecn" => Some(MetricFeatures::ECN.0),
        "tcp_usec_ts" => Some(MetricFeatures::TCP_USEC_TS.0),
        _ => None,
    };
    let mut all = feature(word).unwrap_or(0);
    while let Some(more) = words.peek().and_then(feature) {
        words.next();
        all |= more;
    }
    all
}
