//! Columns.

use crate::shelf::Row;

/// Between two columns.
const GAP: usize = 2;

/// How wide each column has to be; an empty one with its head away, is not there at all.
pub fn widths(heads: &[&str], rows: &[Row]) -> Vec<usize> {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let columns = heads.iter().enumerate();
    columns
        .map(|(column, head)| match widest(column) {
            0 => 0,
            widest => widest.max(head.chars().count()),
        })
        .collect()
}

/// A line of cells, each as wide as its column.
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

/// How many lines each gets, of so many, that wants so many: none less than it wants while another
/// has more than its share.
pub fn shares(wants: &[usize], lines: usize) -> Vec<usize> {
    let mut shares = vec![0; wants.len()];
    let mut left = lines;
    while left > 0 {
        let open = shares.iter().zip(wants).filter(|(share, want)| share < want).count();
        if open == 0 {
            break;
        }
        let each = (left / open).max(1);
        for (share, want) in shares.iter_mut().zip(wants).filter(|(share, want)| **share < **want) {
            let more = each.min(*want - *share).min(left);
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
    fn who_wants_little_leaves_the_rest_to_others() {
        assert_eq!(shares(&[2, 100, 5], 21), [2, 14, 5]);
        assert_eq!(shares(&[100, 100], 21), [11, 10]);
        assert_eq!(shares(&[3, 3], 21), [3, 3]);
        assert_eq!(shares(&[3, 3, 3], 2), [1, 1, 0]);
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_empty_ones_are_left_out() {
        let row = |cells: [&str; 3]| Row { id: 0, cells: cells.map(String::from).to_vec() };
        let rows = [row(["1", "", "up"]), row(["12", "", "down"])];
        let widths = widths(&["#", "kind", "state"], &rows);
        assert_eq!(line(&["#", "kind", "state"], &widths), "#   state");
        assert_eq!(line(&rows[1].cells, &widths), "12  down");
    }
}
