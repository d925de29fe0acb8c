use super::ast::{Bound, Expr, Piece, SearchError, Term, Test};

/// More is no search that a person wrote.
const TERMS_MAX: usize = 100;
const DEPTH_MAX: usize = 20;
/// No index leads to what matches a pattern, so that every one of them is tried on every user; whole values have an index.
const PATTERNS_MAX: usize = 20;
/// A pattern is tried at each place of a value, and nothing ends that in between.
const PATTERN_MAX_BYTES: usize = 256;
const STARS_MAX: usize = 8;

/// A parsed query.
///
/// `field:value`, `field:"a phrase"`, `AND`, `OR`, `NOT`, `-`, `+`, brackets, `_exists_:field`, ranges in `[ ]` and `{ }`,
/// `>`, `>=`, `<`, `<=`, and the wildcards `*` and `?`. Terms side by side are alternatives, unless one has `+`, `-` or `NOT`.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchQuery(pub(crate) Expr);

impl std::str::FromStr for SearchQuery {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        let mut parser = Parser {
            text,
            at: 0,
            terms: 0,
            patterns: 0,
        };
        parser.space();
        if parser.rest().is_empty() {
            return Ok(Self(Expr::All(Vec::new())));
        }
        let expr = parser.alternatives(None, 0)?;
        if parser.rest().is_empty() {
            Ok(Self(expr))
        } else {
            Err(parser.mistake("a bracket that nothing opened"))
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    terms: usize,
    patterns: usize,
}

/// What stands before a clause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    None,
    Must,
    Not,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, wanted: &str) -> bool {
        let there = self.rest().starts_with(wanted);
        if there {
            self.at += wanted.len();
        }
        there
    }

    /// A word of the language, which stands alone.
    fn keyword(&mut self, word: &str) -> bool {
        let there = self.is_at_keyword(word);
        if there {
            self.at += word.len();
            self.space();
        }
        there
    }

    fn is_at_keyword(&self, word: &str) -> bool {
        let after = self.rest().strip_prefix(word);
        after.is_some_and(|after| {
            let next = after.chars().next();
            next.is_none_or(|c| c.is_whitespace() || "()\"-+!".contains(c))
        })
    }

    fn mistake(&self, what: &'static str) -> SearchError {
        let at = self.text[..self.at].chars().count() + 1;
        SearchError::Syntax { what, at }
    }

    /// `a OR b`, up to a closing bracket or the end.
    fn alternatives(&mut self, field: Option<&str>, depth: usize) -> Result<Expr, SearchError> {
        if depth > DEPTH_MAX {
            return Err(SearchError::TooLarge(TERMS_MAX, DEPTH_MAX));
        }
        let mut all = vec![self.side_by_side(field, depth)?];
        while self.keyword("OR") || self.operator("||") {
            all.push(self.side_by_side(field, depth)?);
        }
        Ok(one_or(all, Expr::Any))
    }

    fn operator(&mut self, operator: &str) -> bool {
        let taken = self.take(operator);
        self.space();
        taken
    }

    /// `a b -c`.
    fn side_by_side(&mut self, field: Option<&str>, depth: usize) -> Result<Expr, SearchError> {
        let mut wanted = Vec::new();
        let mut demanded = Vec::new();
        loop {
            let (sign, expr) = self.together(field, depth)?;
            match sign {
                Sign::None => wanted.push(expr),
                Sign::Must => demanded.push(expr),
                Sign::Not => demanded.push(Expr::Not(Box::new(expr))),
            }
            if self.is_at_end_of_list() {
                break;
            }
        }
        let only_refused = demanded.iter().all(|one| matches!(one, Expr::Not(_)));
        if !wanted.is_empty() && only_refused {
            demanded.push(one_or(wanted, Expr::Any));
        }
        // With a `+` the terms without one change nothing but an order that there is none of here.
        Ok(one_or(demanded, Expr::All))
    }

    fn is_at_end_of_list(&self) -> bool {
        let rest = self.rest();
        rest.is_empty()
            || rest.starts_with(')')
            || rest.starts_with("||")
            || self.is_at_keyword("OR")
    }

    /// `a AND b`; the sign is that of a clause that stands alone.
    fn together(&mut self, field: Option<&str>, depth: usize) -> Result<(Sign, Expr), SearchError> {
        let (sign, first) = self.signed(field, depth)?;
        let mut all = vec![(sign, first)];
        while self.keyword("AND") || self.operator("&&") {
            all.push(self.signed(field, depth)?);
        }
        if all.len() == 1 {
            return Ok(all.remove(0));
        }
        let all = all.into_iter().map(|(sign, expr)| match sign {
            Sign::Not => Expr::Not(Box::new(expr)),
            Sign::None | Sign::Must => expr,
        });
        Ok((Sign::None, Expr::All(all.collect())))
    }

    fn signed(&mut self, field: Option<&str>, depth: usize) -> Result<(Sign, Expr), SearchError> {
        let mut sign = Sign::None;
        loop {
            let negates = self.keyword("NOT") || self.operator("-") || self.operator("!");
            if negates {
                sign = if sign == Sign::Not {
                    Sign::Must
                } else {
                    Sign::Not
                };
            } else if self.operator("+") {
                sign = if sign == Sign::Not {
                    Sign::Not
                } else {
                    Sign::Must
                };
            } else {
                break;
            }
        }
        let expr = self.clause(field, depth)?;
        self.space();
        Ok((sign, expr))
    }

    fn clause(&mut self, field: Option<&str>, depth: usize) -> Result<Expr, SearchError> {
        if self.take("(") {
            self.space();
            let inner = self.alternatives(field, depth + 1)?;
            return if self.take(")") {
                Ok(inner)
            } else {
                Err(self.mistake("a bracket that nothing closes"))
            };
        }
        if self.is_at_keyword("OR") || self.is_at_keyword("AND") {
            return Err(self.mistake("nothing where a value should be"));
        }
        if field.is_none() && self.take_everything() {
            return Ok(Expr::All(Vec::new()));
        }
        if field.is_none()
            && let Some(name) = self.field_name()
        {
            self.space();
            return match name.as_str() {
                "_exists_" => self.exists(),
                "_missing_" => self.exists().map(|expr| Expr::Not(Box::new(expr))),
                _ if self.rest().starts_with('(') => self.clause(Some(&name), depth),
                _ => self.comparison(Some(&name)),
            };
        }
        self.comparison(field)
    }

    /// `*:*`, which is everybody.
    fn take_everything(&mut self) -> bool {
        let Some(after) = self.rest().strip_prefix("*:*") else {
            return false;
        };
        let ends = after.is_empty() || after.starts_with([' ', ')']);
        if ends {
            self.at += "*:*".len();
        }
        ends
    }

    /// `name:`
    fn field_name(&mut self) -> Option<String> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "_.-@$".contains(c)))?;
        if end == 0 || !rest[end..].starts_with(':') {
            return None;
        }
        let name = rest[..end].to_owned();
        self.at += end + 1;
        Some(name)
    }

    fn exists(&mut self) -> Result<Expr, SearchError> {
        match self.word()? {
            Word::Plain(field) => self.term(Some(&field), Test::Exists),
            Word::Pattern(_) => Err(self.mistake("a pattern in the place of a field")),
        }
    }

    fn comparison(&mut self, field: Option<&str>) -> Result<Expr, SearchError> {
        match self.peek() {
            Some('[' | '{') if field.is_some() => {
                let test = self.range()?;
                return self.term(field, test);
            }
            Some('>' | '<') if field.is_some() => {
                let test = self.half_range()?;
                return self.term(field, test);
            }
            Some('"') => {
                let text = self.quoted()?;
                return self.term(field, Test::Is(text));
            }
            _ => {}
        }
        let test = match self.word()? {
            Word::Plain(text) => Test::Is(text),
            Word::Pattern(pieces) if pieces == [Piece::Many] => Test::Exists,
            Word::Pattern(pieces) => Test::Like(pieces),
        };
        if field.is_none() && test == Test::Exists {
            return Ok(Expr::All(Vec::new()));
        }
        self.term(field, test)
    }

    fn term(&mut self, field: Option<&str>, test: Test) -> Result<Expr, SearchError> {
        self.terms += 1;
        if self.terms > TERMS_MAX {
            return Err(SearchError::TooLarge(TERMS_MAX, DEPTH_MAX));
        }
        Ok(Expr::Term(Term {
            field: field.map(str::to_owned),
            test,
        }))
    }

    fn quoted(&mut self) -> Result<String, SearchError> {
        let mistake = self.mistake("a quotation mark that nothing closes");
        self.at += 1;
        let mut text = String::new();
        loop {
            let c = self.peek().ok_or_else(|| mistake.clone())?;
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(text),
                '\\' => {
                    let c = self.peek().ok_or_else(|| mistake.clone())?;
                    self.at += c.len_utf8();
                    text.push(c);
                }
                c => text.push(c),
            }
        }
    }

    /// `[a TO b]`.
    fn range(&mut self) -> Result<Test, SearchError> {
        let includes_low = self.peek() == Some('[');
        self.at += 1;
        self.space();
        let low = self.bound_text("]}")?;
        self.space();
        if !self.keyword("TO") {
            return Err(self.mistake("a range without TO"));
        }
        let high = self.bound_text("]}")?;
        self.space();
        let includes_high = match self.peek() {
            Some(']') => true,
            Some('}') => false,
            _ => return Err(self.mistake("a range that nothing closes")),
        };
        self.at += 1;
        let bound = |text: String, includes| match (text.as_str(), includes) {
            ("*", _) => Bound::Open,
            (_, true) => Bound::Including(text),
            (_, false) => Bound::Excluding(text),
        };
        let (low, high) = (bound(low, includes_low), bound(high, includes_high));
        if low == Bound::Open && high == Bound::Open {
            return Ok(Test::Exists);
        }
        Ok(Test::Between(low, high))
    }

    /// Up to white space or one of the brackets; `\` takes the next character as it is.
    fn bound_text(&mut self, brackets: &str) -> Result<String, SearchError> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let mut text = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || brackets.contains(c) {
                break;
            }
            self.at += c.len_utf8();
            text.push(if c == '\\' { self.escaped()? } else { c });
        }
        if text.is_empty() {
            return Err(self.mistake("a range without an end"));
        }
        Ok(text)
    }

    /// The character behind a `\`.
    fn escaped(&mut self) -> Result<char, SearchError> {
        let c = self.peek();
        let c = c.ok_or_else(|| self.mistake("a \\ at the end"))?;
        self.at += c.len_utf8();
        Ok(c)
    }

    /// `>=5`.
    fn half_range(&mut self) -> Result<Test, SearchError> {
        let is_low = self.peek() == Some('>');
        self.at += 1;
        let includes = self.take("=");
        let text = self.bound_text(")")?;
        let bound = if includes {
            Bound::Including(text)
        } else {
            Bound::Excluding(text)
        };
        Ok(if is_low {
            Test::Between(bound, Bound::Open)
        } else {
            Test::Between(Bound::Open, bound)
        })
    }

    /// Up to white space or a bracket; `\` takes the next character as it is.
    fn word(&mut self) -> Result<Word, SearchError> {
        let start = self.at;
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || "()[]{}\"".contains(c) {
                break;
            }
            self.at += c.len_utf8();
            match c {
                '\\' => text.push(self.escaped()?),
                '*' | '?' => {
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    let piece = if c == '*' { Piece::Many } else { Piece::One };
                    if !(piece == Piece::Many && pieces.last() == Some(&Piece::Many)) {
                        pieces.push(piece);
                    }
                }
                c => text.push(c),
            }
        }
        if pieces.is_empty() {
            return if text.is_empty() {
                Err(self.mistake("nothing where a value should be"))
            } else {
                Ok(Word::Plain(text))
            };
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        self.count_pattern(self.at - start, &pieces)?;
        Ok(Word::Pattern(pieces))
    }

    fn count_pattern(&mut self, bytes: usize, pieces: &[Piece]) -> Result<(), SearchError> {
        // `field:*` asks only whether there is a value.
        if pieces == [Piece::Many] {
            return Ok(());
        }
        self.patterns += 1;
        let stars = pieces.iter().filter(|piece| **piece == Piece::Many);
        if self.patterns > PATTERNS_MAX || bytes > PATTERN_MAX_BYTES || stars.count() > STARS_MAX {
            return Err(SearchError::TooManyPatterns(
                PATTERNS_MAX,
                PATTERN_MAX_BYTES,
                STARS_MAX,
            ));
        }
        Ok(())
    }
}

enum Word {
    Plain(String),
    Pattern(Vec<Piece>),
}

fn one_or(mut all: Vec<Expr>, many: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    if all.len() == 1 {
        all.remove(0)
    } else {
        many(all)
    }
}

#[cfg(test)]
mod tests;
