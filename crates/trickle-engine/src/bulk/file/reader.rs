use std::io::Write as _;

use flate2::write::MultiGzDecoder;

use super::csv::CsvRows;
use super::json::JsonRows;

/// Most of one row; a user may take as much.
pub(super) const ROW_MAX_BYTES: usize = 1 << 20;
/// Packed text can be a thousand times longer unpacked: this much is unpacked at once.
const PACKED_STEP_BYTES: usize = 4 << 10;

/// Why a file is none that can be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing is in it.
    #[error("there is no user in the file")]
    Empty,
    /// Not JSON.
    #[error("the file is not valid JSON (line {line})")]
    Json {
        /// Where.
        line: u64,
    },
    /// Not CSV.
    #[error("the file is not valid CSV (row {row}): {why}")]
    Csv {
        /// Where; the header is row 0.
        row: u64,
        /// Why not.
        why: String,
    },
    /// A row beyond the limit.
    #[error(
        "row {row} takes more than {ROW_MAX_BYTES} bytes; a row is one user, so that of an object with all users in it the list alone is \
         to be imported, as by `jq .users FILE`"
    )]
    RowTooLarge {
        /// Where.
        row: u64,
    },
    /// Not text.
    #[error(
        "the file is not UTF-8 (row {row}); save it as UTF-8, and unpack it where it is packed by anything but gzip"
    )]
    NotText {
        /// Where.
        row: u64,
    },
    /// Cut or damaged.
    #[error("the file cannot be unpacked")]
    Packed,
}

/// Takes a row: its JSON text.
pub(super) type Sink<'a> = dyn FnMut(&[u8]) -> Result<(), FileError> + 'a;

/// Reads a JSON array, JSON values one after the other (NDJSON), or CSV with a header; packed by gzip, once, or not. The first bytes
/// say which.
#[derive(Debug, Default)]
pub struct FileReader {
    state: State,
    rows: u64,
    is_unpacked: bool,
}

#[derive(Default)]
enum State {
    #[default]
    Start,
    /// Too few bytes to tell.
    Few(Vec<u8>),
    Packed(Box<MultiGzDecoder<Vec<u8>>>, Box<FileReader>),
    Json(JsonRows),
    Csv(Box<CsvRows>),
}

impl std::fmt::Debug for State {
    /// What is read holds secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("State(…)")
    }
}

impl FileReader {
    /// Reads on; each row goes to `sink` as JSON text.
    ///
    /// # Errors
    /// The file is not what its beginning says, or `sink` refuses a row.
    pub fn push(
        &mut self,
        bytes: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        if let State::Start | State::Few(_) = self.state {
            let mut begun = match std::mem::take(&mut self.state) {
                State::Few(begun) => begun,
                _ => Vec::new(),
            };
            begun.extend_from_slice(bytes);
            return self.begin(begun, sink);
        }
        self.go_on(bytes, sink)
    }

    /// The file has ended.
    ///
    /// # Errors
    /// It ended too early, or `sink` refuses a row.
    pub fn finish(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), FileError>,
    ) -> Result<u64, FileError> {
        match std::mem::take(&mut self.state) {
            State::Start | State::Few(_) => return Err(FileError::Empty),
            State::Packed(mut decoder, mut inner) => {
                decoder.try_finish().map_err(|_| FileError::Packed)?;
                let rest = std::mem::take(decoder.get_mut());
                inner.push(&rest, sink)?;
                return inner.finish(sink);
            }
            State::Json(rows) => rows.finish(&mut counted(&mut self.rows, sink))?,
            State::Csv(mut rows) => rows.finish(&mut counted(&mut self.rows, sink))?,
        }
        if self.rows == 0 {
            return Err(FileError::Empty);
        }
        Ok(self.rows)
    }

    fn begin(
        &mut self,
        begun: Vec<u8>,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        const MARK: &[u8] = "\u{feff}".as_bytes();
        if begun.starts_with(&[0x1f, 0x8b]) {
            // There are files that unpack to themselves.
            if self.is_unpacked {
                return Err(FileError::Packed);
            }
            let decoder = Box::new(MultiGzDecoder::new(Vec::new()));
            let inner = Self {
                is_unpacked: true,
                ..Self::default()
            };
            self.state = State::Packed(decoder, Box::new(inner));
            return self.go_on(&begun, sink);
        }
        let text = begun.strip_prefix(MARK).unwrap_or(&begun);
        let is_cut = begun.len() < MARK.len() && MARK.starts_with(&begun) || begun == [0x1f];
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        self.state = match first {
            _ if is_cut => State::Few(begun),
            None if begun.len() > ROW_MAX_BYTES => return Err(FileError::Empty),
            None => State::Few(begun),
            Some(b'[' | b'{') => {
                self.state = State::Json(JsonRows::default());
                return self.go_on(text, sink);
            }
            Some(_) => {
                self.state = State::Csv(Box::default());
                return self.go_on(text, sink);
            }
        };
        Ok(())
    }

    fn go_on(
        &mut self,
        bytes: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        // No bytes would be the end, to the readers.
        if bytes.is_empty() {
            return Ok(());
        }
        match &mut self.state {
            State::Start | State::Few(_) => Ok(()),
            State::Packed(decoder, inner) => {
                for step in bytes.chunks(PACKED_STEP_BYTES) {
                    decoder.write_all(step).map_err(|_| FileError::Packed)?;
                    let clear = std::mem::take(decoder.get_mut());
                    inner.push(&clear, sink)?;
                }
                Ok(())
            }
            State::Json(rows) => rows.push(bytes, &mut counted(&mut self.rows, sink)),
            State::Csv(rows) => rows.push(bytes, &mut counted(&mut self.rows, sink)),
        }
    }
}

/// Counts rows on their way, and looks that they are text.
fn counted<'a>(
    rows: &'a mut u64,
    sink: &'a mut dyn FnMut(&[u8]) -> Result<(), FileError>,
) -> impl FnMut(&[u8]) -> Result<(), FileError> + 'a {
    move |row| {
        *rows += 1;
        if row.len() > ROW_MAX_BYTES {
            return Err(FileError::RowTooLarge { row: *rows });
        }
        if std::str::from_utf8(row).is_err() {
            return Err(FileError::NotText { row: *rows });
        }
        sink(row)
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    /// The rows of a file that comes in pieces of so many bytes.
    fn rows(file: &[u8], piece: usize) -> Result<Vec<String>, FileError> {
        let mut reader = FileReader::default();
        let mut rows = Vec::new();
        let mut sink = |row: &[u8]| {
            rows.push(String::from_utf8(row.to_vec()).unwrap());
            Ok(())
        };
        for piece in file.chunks(piece) {
            reader.push(piece, &mut sink)?;
        }
        let count = reader.finish(&mut sink)?;
        assert_eq!(count, rows.len() as u64);
        Ok(rows)
    }

    fn packed(file: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(file).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_kind_of_file_gives_the_same_rows_in_pieces_of_any_size() {
        let expected = [
            r#"{"email":"a@b.c","user_metadata":{"s":"]},\"é"}}"#,
            r#"{"email":"d@e.f"}"#,
        ];
        let array = format!(" [{} ,\n{}]\n", expected[0], expected[1]);
        let lines = format!("\u{feff}{}\r\n{}", expected[0], expected[1]);
        for file in [array.as_bytes(), lines.as_bytes()] {
            for piece in 1..file.len() {
                assert_eq!(rows(file, piece).unwrap(), expected, "{piece}");
                let file = packed(file);
                assert_eq!(rows(&file, piece).unwrap(), expected, "packed, {piece}");
            }
        }
    }

    #[test]
    fn values_of_any_kind_are_rows() {
        assert_eq!(
            rows(b"[1,null , \"x\"]", 1).unwrap(),
            ["1", "null", "\"x\""]
        );
        assert_eq!(rows(b"{} 12\ntrue", 2).unwrap(), ["{}", "12", "true"]);
        assert_eq!(rows(b"\n\n{}\r\n\r\n \n{}\n\n", 3).unwrap(), ["{}", "{}"]);
    }

    #[test]
    fn what_is_no_file_of_users_says_where() {
        let json = |line| Err(FileError::Json { line });
        for (file, error) in [
            ("", Err(FileError::Empty)),
            (" \n", Err(FileError::Empty)),
            ("[]", Err(FileError::Empty)),
            ("[{}", json(1)),
            ("[{},\n]", json(2)),
            ("{},\n{}", json(1)),
            ("[{}\n{}]", json(2)),
            ("[{}]\n\nx", json(3)),
            ("{\"a\":\n1", json(2)),
            ("{\"a\":\nx}", json(2)),
            ("{}\n]", json(2)),
        ] {
            assert_eq!(rows(file.as_bytes(), 3), error, "{file:?}");
        }
        let not_text = [b"[{\"a\":\"", &[0xff][..], b"\"}]"].concat();
        assert_eq!(rows(&not_text, 4), Err(FileError::NotText { row: 1 }));
        let cut = &packed(b"[{}]")[..12];
        assert_eq!(rows(cut, 5), Err(FileError::Packed));
        let long = format!("[{{\"a\":\"{}\"}}]", "x".repeat(ROW_MAX_BYTES));
        let too_large = Err(FileError::RowTooLarge { row: 1 });
        assert_eq!(rows(long.as_bytes(), 4096), too_large);
    }

    #[test]
    fn a_file_is_unpacked_once() {
        let twice = packed(&packed(b"[{}]"));
        for piece in [1, 4096] {
            assert_eq!(rows(&twice, piece), Err(FileError::Packed), "{piece}");
        }
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_huge_row_is_refused_in_time() {
        let huge = format!("[\"{}\"]", "x".repeat(64 << 20));
        let too_large = Err(FileError::RowTooLarge { row: 1 });
        assert_eq!(rows(&packed(huge.as_bytes()), 65_536), too_large);
    }
}
