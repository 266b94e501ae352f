//! Prints all objects once, for `--once`.

use std::io::{self, Write};

use serde_json::json;

use crate::caches::{Object, WatchCaches};
use crate::table::{line, widths};

/// Prints a table for each object.
pub fn tables(caches: &WatchCaches, objects: &[Object], out: &mut impl Write) -> io::Result<()> {
    for (nth, object) in objects.iter().enumerate() {
        let cache = caches.entry_rows(*object);
        if nth > 0 {
            writeln!(out)?;
        }
        write!(out, "{}: {} of {}", object.name(), cache.len(), cache.capacity())?;
        match cache.rejected() {
            0 => writeln!(out)?,
            rejected => writeln!(out, "; INCOMPLETE: {rejected} over the capacity")?,
        }
        let rows = cache.rows(caches, 0, usize::MAX);
        let widths = widths(cache.headings(), &rows);
        if !rows.is_empty() {
            writeln!(out, "  {}", line(cache.headings(), &widths))?;
        }
        for row in &rows {
            writeln!(out, "  {}", line(&row.cells, &widths))?;
        }
    }
    out.flush()
}

/// Prints a line of JSON for each object: name, number of entries, capacity, whether it is complete,
/// and the entries.
pub fn json(caches: &WatchCaches, objects: &[Object], out: &mut impl Write) -> io::Result<()> {
    for object in objects {
        let cache = caches.entry_rows(*object);
        let line = json!({
            "objects": object.name(),
            "count": cache.len(),
            "capacity": cache.capacity(),
            "complete": cache.rejected() == 0,
            "entries": cache.json(),
        });
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
