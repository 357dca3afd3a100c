//! Statements of many rows.

/// How many rows a statement takes. Few sizes, so that each is prepared once and stays so; the largest keeps
/// the parameters far below SQLite's 32,766.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// How many ids a look-up takes. A shorter list is filled up with its last one.
pub(crate) const LOOK_UP: usize = 64;

/// Cuts a list into pieces of the sizes for which there are statements.
pub(crate) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rows.len())?;
        let (piece, rest) = rows.split_at(size);
        rows = rest;
        Some(piece)
    })
}

/// `head (?,?),(?,?)… tail`.
pub(crate) fn values(head: &str, columns: usize, rows: usize, tail: &str) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    format!("{head} {} {tail}", vec![row.as_str(); rows].join(","))
}

/// `head (?,?,…)` with [`LOOK_UP`] parameters.
pub(crate) fn look_up(head: &str) -> String {
    format!("{head} ({})", ["?"; LOOK_UP].join(","))
}

/// Cuts a list into pieces of [`LOOK_UP`], the last one filled up with what it ends with.
pub(crate) fn filled<T: Copy>(ids: &[T]) -> impl Iterator<Item = Vec<T>> {
    ids.chunks(LOOK_UP).map(|piece| {
        let mut piece = piece.to_vec();
        if let Some(last) = piece.last().copied() {
            piece.resize(LOOK_UP, last);
        }
        piece
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_every_row_once_and_in_order() {
        for length in 0..200_usize {
            let rows: Vec<usize> = (0..length).collect();
            assert!(pieces(&rows).all(|piece| SIZES.contains(&piece.len())));
            assert_eq!(pieces(&rows).flatten().copied().collect::<Vec<_>>(), rows);
        }
    }

    #[test]
    fn a_look_up_always_has_as_many_ids_as_its_statement_has_parameters() {
        for length in 0..200_usize {
            let ids: Vec<usize> = (0..length).collect();
            let mut seen: Vec<usize> = Vec::new();
            for piece in filled(&ids) {
                assert_eq!(piece.len(), look_up("").matches('?').count());
                seen.extend(piece);
            }
            seen.dedup();
            assert_eq!(seen, ids);
        }
    }

    #[test]
    fn a_statement_has_a_parameter_for_each_column_of_each_row() {
        assert_eq!(values("V", 2, 3, "T"), "V (?,?),(?,?),(?,?) T");
    }
}
