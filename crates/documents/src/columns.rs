//! Counts the rows of Automerge's run-length encoded columns without expanding them: a run of a billion
//! equal values takes a few bytes.

use crate::change::{Bytes, ChangeRefusal};

/// The bit of a column's number that marks it as deflated.
const DEFLATED: u64 = 0b1000;

/// How a column is encoded: the low three bits of its number
/// (<https://automerge.org/automerge-binary-format-spec/>).
enum Encoding {
    /// Runs of LEB128 numbers: group, actor, integer, delta and value metadata columns.
    Numbers,
    /// Alternating counts of false and true.
    Booleans,
    /// Runs of strings, each with its length.
    Strings,
    /// Bytes whose lengths stand in a metadata column.
    Raw,
}

/// Checks one column: not deflated, and of at most `limit` rows.
pub(crate) fn check(number: u64, data: &[u8], limit: u64) -> Result<(), ChangeRefusal> {
    if number & DEFLATED != 0 {
        return Err(ChangeRefusal::Compressed);
    }
    let encoding = match number & 0b111 {
        4 => Encoding::Booleans,
        5 => Encoding::Strings,
        7 => Encoding::Raw,
        _ => Encoding::Numbers,
    };
    let mut bytes = Bytes(data);
    let mut rows = 0_u64;
    let add = |rows: &mut u64, count: u64| {
        *rows = rows
            .checked_add(count)
            .filter(|sum| *sum <= limit)
            .ok_or(ChangeRefusal::TooManyOperations)?;
        Ok::<(), ChangeRefusal>(())
    };
    while !bytes.0.is_empty() {
        match encoding {
            Encoding::Raw => return Ok(()),
            Encoding::Booleans => {
                let count = bytes.unsigned()?;
                add(&mut rows, count)?;
            }
            Encoding::Numbers | Encoding::Strings => {
                let strings = matches!(encoding, Encoding::Strings);
                let count = bytes.signed()?;
                let (rows_here, values_here) = match count {
                    0 => (bytes.unsigned()?, 0),
                    1.. => (count.unsigned_abs(), 1),
                    _ => (count.unsigned_abs(), count.unsigned_abs()),
                };
                add(&mut rows, rows_here)?;
                for _ in 0..values_here {
                    if strings {
                        let length = bytes.unsigned()?;
                        bytes.take(length)?;
                    } else {
                        bytes.skip_number()?;
                    }
                }
            }
        }
    }
    Ok(())
}
