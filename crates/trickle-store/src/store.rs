use crate::StoreError;

/// An open database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {}

impl Store {
    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// It gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// Whether a text is a configuration value as we show it (`trickle.v1.…`).
    pub fn is_sealed(text: &str) -> bool {
        text.starts_with("trickle.v1.")
    }
}
