use serde::de::IgnoredAny;

use super::reader::{FileError, ROW_MAX_BYTES, Sink};

/// Cuts a JSON array, or JSON values one after the other, into its values without building them.
#[derive(Default)]
pub(super) struct JsonRows {
    /// Of the value that has begun.
    value: Vec<u8>,
    place: Place,
    in_array: bool,
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    /// Line breaks so far, and where the value began.
    line: u64,
    rows: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Start,
    /// After `[`: a value or the end.
    First,
    /// After a comma.
    Next,
    /// A value has begun; numbers and words end at the next sign.
    Value,
    /// After a value of an array: a comma or the end.
    After,
    /// Between values that stand one after the other.
    Between,
    /// After the array's end.
    End,
}

impl JsonRows {
    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), FileError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match self.place {
                Place::Value => self.in_value(rest, sink)?,
                _ => self.outside(rest)?,
            };
        }
        Ok(())
    }

    pub(super) fn finish(mut self, sink: &mut Sink<'_>) -> Result<(), FileError> {
        let is_word = self.depth == 0 && !self.in_string;
        if self.place == Place::Value && !self.in_array && is_word {
            self.end_value(sink)?;
        }
        match self.place {
            Place::Between | Place::End => Ok(()),
            _ => {
                self.line += breaks(&self.value);
                Err(self.error())
            }
        }
    }

    const fn error(&self) -> FileError {
        FileError::Json {
            line: self.line + 1,
        }
    }

    /// Takes what stands between values, up to the first sign of one.
    fn outside<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], FileError> {
        for (at, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' {
                self.line += 1;
            }
            if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                continue;
            }
            self.place = match (self.place, byte) {
                (Place::Start, b'[') => {
                    self.in_array = true;
                    Place::First
                }
                (Place::First | Place::After, b']') => Place::End,
                (Place::After, b',') => Place::Next,
                (Place::After | Place::End, _) | (_, b']' | b',' | b'}' | b':') => {
                    return Err(self.error());
                }
                _ => {
                    self.place = Place::Value;
                    return Ok(&bytes[at..]);
                }
            };
        }
        Ok(&[])
    }

    /// Takes bytes of a value, up to its end.
    fn in_value<'a>(
        &mut self,
        bytes: &'a [u8],
        sink: &mut Sink<'_>,
    ) -> Result<&'a [u8], FileError> {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return self.ended(bytes, at + 1, sink);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return self.ended(bytes, at + 1, sink);
                    }
                }
                // Ends a number or a word.
                b']' | b'}' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                    return self.ended(bytes, at, sink);
                }
                _ => {}
            }
        }
        self.keep(bytes)?;
        Ok(&[])
    }

    fn ended<'a>(
        &mut self,
        bytes: &'a [u8],
        end: usize,
        sink: &mut Sink<'_>,
    ) -> Result<&'a [u8], FileError> {
        self.keep(&bytes[..end])?;
        self.end_value(sink)?;
        Ok(&bytes[end..])
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        // One more than a row may have, so that the end of a row says that it is too large.
        if self.value.len() + bytes.len() > ROW_MAX_BYTES + 1 {
            return Err(FileError::RowTooLarge { row: self.rows + 1 });
        }
        self.value.extend_from_slice(bytes);
        Ok(())
    }

    fn end_value(&mut self, sink: &mut Sink<'_>) -> Result<(), FileError> {
        if let Err(error) = serde_json::from_slice::<IgnoredAny>(&self.value) {
            // The parser's column stays out: lines are what people find.
            let line = self.line + error.line() as u64;
            return Err(FileError::Json { line });
        }
        self.rows += 1;
        sink(&self.value)?;
        self.line += breaks(&self.value);
        self.value.clear();
        self.place = if self.in_array {
            Place::After
        } else {
            Place::Between
        };
        Ok(())
    }
}

fn breaks(text: &[u8]) -> u64 {
    text.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}
