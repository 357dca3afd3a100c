//! What a workbook and a CSV file have in common.

use crate::limits::MAX_CELLS;

/// Tables, each under a name.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Book {
    pub(crate) sheets: Vec<Sheet>,
}

/// One table.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Row {
    /// Its number as spreadsheet programs show it, from 1.
    pub(crate) number: usize,
    pub(crate) cells: Vec<Cell>,
}

/// What a cell holds.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Flag(bool),
    /// A day, `YYYY-MM-DD`.
    Day(String),
    /// What the spreadsheet program says where it has no value: `#REF!`.
    Fault(String),
    /// A formula that was never computed.
    Uncomputed,
}

impl Cell {
    /// A text; nothing where it is empty.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    /// Whether nothing stands there. Blanks are something: they may go on in the next column.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }
}

impl Row {
    /// The cell in this column, counted from 0.
    pub(crate) fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// Whether nothing but blanks stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Text(text) => text.trim().is_empty(),
            cell => cell.is_empty(),
        })
    }
}

/// Cells are more than are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyCells;

/// Counts the cells of a file as they are taken in.
#[derive(Debug, Default)]
pub(crate) struct Room {
    taken: usize,
}

impl Room {
    /// Puts a cell where it belongs. Rows come in order, and the cells of a row too; what does not is put
    /// where it says, over what stood there.
    pub(crate) fn put(
        &mut self,
        sheet: &mut Sheet,
        number: usize,
        column: usize,
        cell: Cell,
    ) -> Result<(), TooManyCells> {
        if sheet.rows.last().is_none_or(|row| row.number < number) {
            self.take(1)?;
            sheet.rows.push(Row {
                number,
                cells: Vec::new(),
            });
        }
        let found = sheet.rows.binary_search_by_key(&number, |row| row.number);
        let index = match found {
            Ok(index) => index,
            Err(index) => {
                self.take(1)?;
                sheet.rows.insert(
                    index,
                    Row {
                        number,
                        cells: Vec::new(),
                    },
                );
                index
            }
        };
        let Some(row) = sheet.rows.get_mut(index) else {
            return Ok(());
        };
        if row.cells.len() <= column {
            self.take(column + 1 - row.cells.len())?;
            row.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = row.cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    fn take(&mut self, cells: usize) -> Result<(), TooManyCells> {
        self.taken = self.taken.saturating_add(cells);
        if self.taken > MAX_CELLS {
            Err(TooManyCells)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_where_they_say_in_whatever_order_they_come() {
        let mut sheet = Sheet::default();
        let mut room = Room::default();
        for (row, column) in [(2, 1), (5, 0), (3, 0), (2, 0)] {
            let cell = Cell::Number((row * 10 + column) as f64);
            room.put(&mut sheet, row, column, cell).unwrap();
        }
        let numbers: Vec<usize> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 3, 5]);
        assert_eq!(
            sheet.rows[0].cells,
            [Cell::Number(20.0), Cell::Number(21.0)]
        );
        assert_eq!(sheet.rows[1].cells, [Cell::Number(30.0)]);
    }

    #[test]
    fn a_file_has_room_for_so_many_cells_and_no_more() {
        let mut room = Room::default();
        let mut sheet = Sheet::default();
        assert_eq!(room.put(&mut sheet, 1, MAX_CELLS - 2, Cell::Empty), Ok(()));
        assert_eq!(room.put(&mut sheet, 2, 0, Cell::Empty), Err(TooManyCells));
    }
}
