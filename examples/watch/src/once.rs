//! Prints all there is, once.

use std::io::{self, Write};

use serde_json::json;

use crate::known::{Known, Object};
use crate::table::{line, widths};

/// A table for each object.
pub fn tables(known: &Known, objects: &[Object], out: &mut impl Write) -> io::Result<()> {
    for (nth, object) in objects.iter().enumerate() {
        let shelf = known.shelf(*object);
        if nth > 0 {
            writeln!(out)?;
        }
        write!(out, "{}: {} of {}", object.name(), shelf.len(), shelf.capacity())?;
        match shelf.refused() {
            0 => writeln!(out)?,
            refused => writeln!(out, "; INCOMPLETE: no room for {refused} more")?,
        }
        let rows = shelf.rows(known, 0, usize::MAX);
        let widths = widths(shelf.heads(), &rows);
        if !rows.is_empty() {
            writeln!(out, "  {}", line(shelf.heads(), &widths))?;
        }
        for row in &rows {
            writeln!(out, "  {}", line(&row.cells, &widths))?;
        }
    }
    out.flush()
}

/// A line of JSON for each object: what it is, how many there are, room for how many, whether that
/// is all, and each.
pub fn json(known: &Known, objects: &[Object], out: &mut impl Write) -> io::Result<()> {
    for object in objects {
        let shelf = known.shelf(*object);
        let line = json!({
            "objects": object.name(),
            "count": shelf.len(),
            "capacity": shelf.capacity(),
            "complete": shelf.refused() == 0,
            "entries": shelf.json(),
        });
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
