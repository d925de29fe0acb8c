use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde_json::{Map, Number, Value};

use super::reader::{FileError, ROW_MAX_BYTES, Sink};

/// Most columns; a user has a few dozen fields.
const COLUMNS_MAX: usize = 1_000;
/// A header that takes more is none.
const HEADER_MAX_BYTES: usize = 64 << 10;
/// By which a row says whom it is about.
const NAMING: [&str; 4] = ["email", "user_id", "username", "phone_number"];
const NO_HEADER: &str = "its first line has to name the columns as imports do, and names none of email, user_id, username and phone_number";

/// Makes JSON of records: each becomes an object whose names are those of the header.
///
/// Names with dots are objects within: `user_metadata.plan`. Cells are text but where the field is a flag, a number or an object;
/// an empty cell is no field. An apostrophe that keeps a spreadsheet from computing is taken away.
pub(super) struct CsvRows {
    /// The first line, until it is whole: it tells what separates fields.
    begun: Option<Vec<u8>>,
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    fields: usize,
    header: Option<Vec<Column>>,
    row: u64,
}

struct Column {
    path: Vec<String>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Flag,
    Number,
    Json,
}

impl Default for CsvRows {
    fn default() -> Self {
        Self {
            begun: Some(Vec::new()),
            reader: Reader::new(),
            output: vec![0; 64 << 10],
            ends: vec![0; 64],
            written: 0,
            fields: 0,
            header: None,
            row: 0,
        }
    }
}

impl CsvRows {
    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), FileError> {
        let Some(begun) = &mut self.begun else {
            return self.read(bytes, sink);
        };
        begun.extend_from_slice(bytes);
        if !begun.contains(&b'\n') && begun.len() < HEADER_MAX_BYTES {
            return Ok(());
        }
        self.begin(sink)
    }

    pub(super) fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), FileError> {
        if self.begun.is_some() {
            self.begin(sink)?;
        }
        // No bytes are the end, to this reader; the second call ends the last record.
        self.read(&[], sink)
    }

    fn begin(&mut self, sink: &mut Sink<'_>) -> Result<(), FileError> {
        let begun = self.begun.take().unwrap_or_default();
        let line = begun.split(|byte| *byte == b'\n').next().unwrap_or(&begun);
        let fields = |sign: u8| line.split(|byte| *byte == sign).count();
        // Commas where none occurs more often.
        let signs = [b'\t', b';', b','];
        let delimiter = signs.into_iter().max_by_key(|sign| fields(*sign));
        self.reader = ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(b','))
            .build();
        if begun.is_empty() {
            return Ok(());
        }
        self.read(&begun, sink)
    }

    fn read(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), FileError> {
        let mut rest = bytes;
        loop {
            let (result, taken, wrote, ended) = self.reader.read_record(
                rest,
                &mut self.output[self.written..],
                &mut self.ends[self.fields..],
            );
            rest = &rest[taken..];
            self.written += wrote;
            self.fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {
                    if bytes.is_empty() {
                        continue;
                    }
                    return Ok(());
                }
                ReadRecordResult::OutputFull => {
                    if self.output.len() > ROW_MAX_BYTES {
                        return Err(FileError::RowTooLarge { row: self.row });
                    }
                    self.output.resize(self.output.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    if self.ends.len() > COLUMNS_MAX {
                        return Err(self.error("too many columns"));
                    }
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                ReadRecordResult::Record => self.record(sink)?,
                ReadRecordResult::End => return Ok(()),
            }
        }
    }

    fn error(&self, why: impl Into<String>) -> FileError {
        FileError::Csv {
            row: self.row,
            why: why.into(),
        }
    }

    fn record(&mut self, sink: &mut Sink<'_>) -> Result<(), FileError> {
        let count = std::mem::take(&mut self.fields);
        self.written = 0;
        let mut cells = Vec::with_capacity(count);
        let mut start = 0;
        for end in &self.ends[..count] {
            let cell = std::str::from_utf8(&self.output[start..*end]);
            cells.push(cell.map_err(|_| FileError::NotText { row: self.row })?);
            start = *end;
        }
        let Some(header) = &self.header else {
            // What is no header may be a user with a password: nothing of it is told.
            if !cells.iter().any(|name| NAMING.contains(&name.trim())) {
                return Err(self.error(NO_HEADER));
            }
            let columns = cells.iter().map(|name| column(name.trim()));
            let columns: Option<Vec<Column>> = columns.collect();
            self.header = Some(columns.ok_or_else(|| self.error("a column has no name"))?);
            self.row = 1;
            return Ok(());
        };
        if cells.len() != header.len() {
            let (have, want) = (cells.len(), header.len());
            return Err(self.error(format!("it has {have} fields, the header has {want}")));
        }
        let mut user = Map::new();
        for (column, cell) in header.iter().zip(cells) {
            if !cell.is_empty() {
                put(&mut user, &column.path, column.kind.read(cell));
            }
        }
        let text = Value::Object(user).to_string();
        self.row += 1;
        sink(text.as_bytes())
    }
}

fn column(name: &str) -> Option<Column> {
    let path: Vec<String> = name.split('.').map(str::to_owned).collect();
    if path.iter().any(String::is_empty) {
        return None;
    }
    let kind = match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["email_verified" | "phone_verified" | "blocked"] => Kind::Flag,
        ["user_metadata" | "app_metadata" | "custom_password_hash" | "mfa_factors"] => Kind::Json,
        [
            "custom_password_hash",
            "keylen" | "cost" | "blockSize" | "parallelization" | "iterations",
        ] => Kind::Number,
        _ => Kind::Text,
    };
    Some(Column { path, kind })
}

impl Kind {
    /// What cannot be read as its kind stays text, which the check of the row then refuses by name.
    fn read(self, cell: &str) -> Value {
        let text = || Value::from(cell);
        match self {
            Self::Text => Value::from(unescaped(cell)),
            // PostgreSQL's COPY writes `t` and `f`.
            Self::Flag => match cell.trim().to_ascii_lowercase().as_str() {
                "true" | "t" | "1" | "yes" => true.into(),
                "false" | "f" | "0" | "no" => false.into(),
                _ => text(),
            },
            Self::Number => cell
                .trim()
                .parse::<u32>()
                .map_or_else(|_| text(), |number| Value::Number(Number::from(number))),
            Self::Json => serde_json::from_str(cell).unwrap_or_else(|_| text()),
        }
    }
}

/// The text that an export has protected from spreadsheets.
fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

fn put(object: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => {
            object.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let inner = object
                .entry(name.clone())
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::bulk::{FileError, FileReader};

    fn rows(file: &str, piece: usize) -> Result<Vec<serde_json::Value>, FileError> {
        let mut reader = FileReader::default();
        let mut rows = Vec::new();
        let mut sink = |row: &[u8]| {
            rows.push(serde_json::from_slice(row).unwrap());
            Ok(())
        };
        for piece in file.as_bytes().chunks(piece) {
            reader.push(piece, &mut sink)?;
        }
        reader.finish(&mut sink)?;
        Ok(rows)
    }

    #[test]
    fn cells_become_fields() {
        let file = "email,email_verified,user_metadata.plan,user_metadata.no,custom_password_hash.algorithm,\
                    custom_password_hash.hash.value,custom_password_hash.keylen,app_metadata,phone_number\r\n\
                    a@b.c,TRUE,\"gold, or \"\"so\"\"\",007,scrypt,ab,64,\"{\"\"a\"\":[1]}\",'+49123\r\n\
                    d@e.f,maybe,,,,,many,no,\r\n";
        let expected = [
            json!({
                "email": "a@b.c", "email_verified": true, "user_metadata": {"plan": "gold, or \"so\"", "no": "007"},
                "custom_password_hash": {"algorithm": "scrypt", "hash": {"value": "ab"}, "keylen": 64},
                "app_metadata": {"a": [1]}, "phone_number": "+49123",
            }),
            json!({
                "email": "d@e.f", "email_verified": "maybe", "custom_password_hash": {"keylen": "many"},
                "app_metadata": "no",
            }),
        ];
        for piece in 1..file.len() {
            assert_eq!(rows(file, piece).unwrap(), expected, "{piece}");
        }
    }

    #[test]
    fn flags_are_those_of_databases() {
        for (cell, flag) in [("t", true), ("f", false), ("1", true), ("0", false)] {
            let file = format!("email,email_verified\na@b.c,{cell}\n");
            let row = json!({"email": "a@b.c", "email_verified": flag});
            assert_eq!(rows(&file, 7).unwrap(), [row], "{cell}");
        }
    }

    #[test]
    fn a_file_without_a_header_shows_nothing_of_its_first_line() {
        for line in [
            "abc123,jane@example.com,true,c2VjcmV0,c2FsdA==,Jane,,",
            "\"Id\",\"Given Name\",\"Email\"",
            "-----BEGIN PGP MESSAGE-----",
        ] {
            let error = rows(&format!("{line}\n{line}\n"), 5).unwrap_err();
            let told = error.to_string();
            assert!(told.contains("(row 0): its first line"), "{told}");
            assert!(!told.contains("jane"), "{told}");
        }
    }

    #[test]
    fn semicolons_and_tabs_separate_too() {
        for file in ["email;name\na@b.c;A,B", "email\tname\na@b.c\tA,B\n"] {
            assert_eq!(
                rows(file, 7).unwrap(),
                [json!({"email": "a@b.c", "name": "A,B"})]
            );
        }
    }

    #[test]
    fn records_have_as_many_fields_as_the_header() {
        let error = rows("email,name\na@b.c,A\nd@e.f\n", 5).unwrap_err();
        let why = "it has 1 fields, the header has 2".to_owned();
        assert_eq!(error, FileError::Csv { row: 2, why });
        assert_eq!(rows("email\n", 5).unwrap_err(), FileError::Empty);
        let why = "a column has no name".to_owned();
        let error = FileError::Csv { row: 0, why };
        assert_eq!(rows("email,\na,b\n", 5).unwrap_err(), error);
    }
}
