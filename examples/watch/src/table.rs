//! Lays out columns, and shares the lines of the screen between tables.

use crate::columns::Row;

/// Number of spaces between two columns.
const GAP: usize = 2;

/// Returns the width of each column; 0 for one without text, which is left out with its heading.
pub fn widths(headings: &[&str], rows: &[Row]) -> Vec<usize> {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let columns = headings.iter().enumerate();
    columns
        .map(|(column, heading)| match widest(column) {
            0 => 0,
            widest => widest.max(heading.chars().count()),
        })
        .collect()
}

/// Returns a line of cells, each padded to the width of its column.
pub fn line<S: AsRef<str>>(cells: &[S], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths).filter(|(_, width)| **width > 0) {
        let cell = cell.as_ref();
        line.push_str(cell);
        let pad = (width + GAP).saturating_sub(cell.chars().count());
        line.extend(std::iter::repeat_n(' ', pad));
    }
    line.truncate(line.trim_end().len());
    line
}

/// Returns the number of lines that each table gets of `lines`, given the number that each needs.
///
/// A table that needs less than an equal share leaves the rest to the others.
pub fn shares(needed: &[usize], lines: usize) -> Vec<usize> {
    let mut shares = vec![0; needed.len()];
    let mut left = lines;
    while left > 0 {
        let open = shares.iter().zip(needed).filter(|(share, need)| share < need).count();
        if open == 0 {
            break;
        }
        let each = (left / open).max(1);
        for (share, need) in shares.iter_mut().zip(needed).filter(|(share, need)| **share < **need)
        {
            let more = each.min(*need - *share).min(left);
            *share += more;
            left -= more;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_table_leaves_lines_to_the_others() {
        assert_eq!(shares(&[2, 100, 5], 21), [2, 14, 5]);
        assert_eq!(shares(&[100, 100], 21), [11, 10]);
        assert_eq!(shares(&[3, 3], 21), [3, 3]);
        assert_eq!(shares(&[3, 3, 3], 2), [1, 1, 0]);
    }

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell_or_left_out() {
        let row = |cells: [&str; 3]| Row { id: 0, cells: cells.map(String::from).to_vec() };
        let rows = [row(["1", "", "up"]), row(["12", "", "down"])];
        let widths = widths(&["#", "kind", "state"], &rows);
        assert_eq!(line(&["#", "kind", "state"], &widths), "#   state");
        assert_eq!(line(&rows[1].cells, &widths), "12  down");
    }
}
