/// A query that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// It does not follow the language.
    #[error("{what} at character {at}")]
    Syntax {
        /// What is wrong.
        what: &'static str,
        /// Where, from 1.
        at: usize,
    },
    /// It asks for too much at once.
    #[error("a query may have {0} terms and brackets {1} deep")]
    TooLarge(usize, usize),
    /// Patterns that cost too much.
    #[error("a query may have {0} values with * or ?, each of {1} bytes and {2} *")]
    TooManyPatterns(usize, usize, usize),
    /// A field that does not exist here.
    #[error("there is no field {0} to search by")]
    UnknownField(String),
    /// A value that the field never has.
    #[error("{0} is compared with {1}")]
    Value(String, &'static str),
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// All of these; everything where there is none.
    All(Vec<Expr>),
    /// Any of these.
    Any(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// One comparison.
    Term(Term),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    /// With dots; none where the query names none.
    pub(crate) field: Option<String>,
    pub(crate) test: Test,
}

/// How a value is compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// Whole.
    Is(String),
    /// By a pattern.
    Like(Vec<Piece>),
    /// By its place in an order.
    Between(Bound, Bound),
    /// Whether there is any.
    Exists,
}

/// Part of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    /// `*`
    Many,
    /// `?`
    One,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    Open,
    Including(String),
    Excluding(String),
}
