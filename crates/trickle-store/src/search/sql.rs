use sqlx::{
    Any,
    any::AnyArguments,
    query::{QueryAs, QueryScalar},
};

/// A bound value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bind {
    Text(String),
    Number(i64),
    Real(f64),
}

/// SQL that is put together from constants, with its values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Bind>,
}

impl Sql {
    /// Appends a constant.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder for a value.
    pub(crate) fn value(&mut self, value: Bind) -> &mut Self {
        self.values.push(value);
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    pub(crate) fn text_value(&mut self, value: &str) -> &mut Self {
        self.value(Bind::Text(crate::column::text(value)))
    }

    pub(crate) fn number(&mut self, value: i64) -> &mut Self {
        self.value(Bind::Number(value))
    }
}

/// Binds all values to a query of rows.
pub(crate) fn bind<'q, O>(
    mut query: QueryAs<'q, Any, O, AnyArguments>,
    values: &'q [Bind],
) -> QueryAs<'q, Any, O, AnyArguments> {
    for value in values {
        query = match value {
            Bind::Text(text) => query.bind(text.as_str()),
            Bind::Number(number) => query.bind(*number),
            Bind::Real(number) => query.bind(*number),
        };
    }
    query
}

/// The same for a query of one value.
pub(crate) fn bind_scalar<'q, O>(
    mut query: QueryScalar<'q, Any, O, AnyArguments>,
    values: &'q [Bind],
) -> QueryScalar<'q, Any, O, AnyArguments> {
    for value in values {
        query = match value {
            Bind::Text(text) => query.bind(text.as_str()),
            Bind::Number(number) => query.bind(*number),
            Bind::Real(number) => query.bind(*number),
        };
    }
    query
}
