//! Timestamps of `ip monitor`, in UTC.

use core::fmt::{self, Display};
use core::time::Duration;

/// Time since 1970, printed in the format of `ctime(3)`.
pub struct CtimeTime(pub Duration);

/// Time since 1970, printed in the format of ISO 8601.
pub struct Iso8601Time(pub Duration);

struct Date {
    year: u64,
    month: usize,
    day: u64,
    weekday: usize,
    seconds: u64,
}

const MONTHS: [(&str, u64); 12] = [
    ("Jan", 31),
    ("Feb", 28),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];

fn date(time: Duration) -> Date {
    let days = time.as_secs() / 86_400;
    let (mut year, mut left) = (1970, days);
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    loop {
        let long = 365 + u64::from(leap(year));
        if left < long {
            break;
        }
        left -= long;
        year += 1;
    }
    let mut month = 0;
    for (_, long) in MONTHS {
        let long = long + u64::from(month == 1 && leap(year));
        if left < long {
            break;
        }
        left -= long;
        month += 1;
    }
    // 1 January 1970 was a Thursday.
    let weekday = ((days + 4) % 7) as usize;
    Date { year, month, day: left + 1, weekday, seconds: time.as_secs() % 86_400 }
}

impl Display for CtimeTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        let Date { year, month, day, weekday, seconds } = date(self.0);
        let weekday = DAYS.get(weekday).copied().unwrap_or("");
        let month = MONTHS.get(month).map_or("", |month| month.0);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let micros = self.0.subsec_micros();
        write!(
            f,
            "{weekday} {month} {day:2} {hours:02}:{minutes:02}:{seconds:02} {year} {micros} usec"
        )
    }
}

impl Display for Iso8601Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day, seconds, .. } = date(self.0);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let micros = self.0.subsec_micros();
        let month = month + 1;
        write!(f, "{year}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{micros:06}")
    }
}
