//! Tables: a rule under the header and nothing else, so that they can be read and cut.

use std::fmt;

use comfy_table::{
    Attribute, Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle,
};

/// Blanks after a column, besides the one that stands for the line between two.
const GAP: u16 = 1;

/// A table.
pub(crate) struct Grid(Table);

impl Grid {
    /// Columns whose head begins with `#` hold numbers, which stand on the right; the `#` is not
    /// shown.
    pub(crate) fn new(heads: &[&str]) -> Self {
        let mut table = Table::new();
        table
            .load_style(
                TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')),
            )
            // Addresses are there to be copied: a narrow terminal must not break them over lines.
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(heads.iter().map(|head| {
                Cell::new(head.trim_start_matches('#')).add_attribute(Attribute::Bold)
            }));
        if !console::colors_enabled() {
            table.force_no_tty();
        }
        let last = heads.len().saturating_sub(1);
        for (index, (head, column)) in heads.iter().zip(table.column_iter_mut()).enumerate() {
            column.set_padding((0, if index == last { 0 } else { GAP }));
            if head.starts_with('#') {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self(table)
    }

    /// One more row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) -> &mut Self {
        self.0.add_row(cells);
        self
    }

    /// A last row that stands out.
    pub(crate) fn total<const N: usize>(&mut self, cells: [String; N]) -> &mut Self {
        let bold = |text| Cell::new_owned(text).add_attribute(Attribute::Bold);
        self.0.add_row(cells.map(bold));
        self
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.trim_fmt())
    }
}

#[cfg(test)]
mod tests {
    use console::strip_ansi_codes;

    use super::*;

    #[test]
    fn numbers_stand_on_the_right() {
        let mut grid = Grid::new(&["token", "#amount"]);
        grid.row(["tSOL".to_owned(), "1".to_owned()])
            .row(["tUSDC".to_owned(), "150".to_owned()]);
        assert_eq!(
            strip_ansi_codes(&grid.to_string()),
            "token  amount\n─────────────\ntSOL        1\ntUSDC     150"
        );
    }
}
