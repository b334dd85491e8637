//! Tables: a rule under the header and nothing else, so that they can be read and cut.

use std::fmt;

use comfy_table::{
    Attribute, Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle,
};

/// A column's head; numbers stand on the right.
pub(crate) enum Column<'a> {
    Text(&'a str),
    Number(&'a str),
}

/// A table.
pub(crate) struct Grid {
    table: Table,
    numbers: Vec<bool>,
}

impl Grid {
    /// Columns whose head begins with `#` hold numbers; the `#` is not shown.
    pub(crate) fn new<'a>(columns: impl IntoIterator<Item = &'a str>) -> Self {
        let columns: Vec<Column<'_>> = columns
            .into_iter()
            .map(|head| match head.strip_prefix('#') {
                Some(head) => Column::Number(head),
                None => Column::Text(head),
            })
            .collect();
        let numbers: Vec<bool> = columns
            .iter()
            .map(|column| matches!(column, Column::Number(_)))
            .collect();
        let heads = columns.iter().map(|column| {
            let (Column::Text(head) | Column::Number(head)) = column;
            Cell::new(head).add_attribute(Attribute::Bold)
        });
        let mut table = Table::new();
        table
            .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
            // Addresses are there to be copied: a narrow terminal must not break them over lines.
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(heads);
        if !console::colors_enabled() {
            table.force_no_tty();
        }
        for (index, number) in numbers.iter().enumerate() {
            if let (true, Some(column)) = (*number, table.column_mut(index)) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self { table, numbers }
    }

    /// One more row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.table.add_row(cells);
    }

    /// A last row that stands out.
    pub(crate) fn total(&mut self, cells: impl IntoIterator<Item = String>) {
        let bold = |text| Cell::new_owned(text).add_attribute(Attribute::Bold);
        self.table.add_row(cells.into_iter().map(bold));
    }

    /// How many columns there are.
    #[cfg(test)]
    fn columns(&self) -> usize {
        self.numbers.len()
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Columns are padded with a blank on both sides; the text is to begin at the margin.
        let lines: Vec<String> = self
            .table
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
            .collect();
        f.write_str(&lines.join("\n"))
    }
}
