use trickle_jail::Detour;

/// What stands between workers and the network, for `PoolConfig::wire`. Questions and answers are JSON, as the worker and its
/// supervisor write them.
pub trait Wire: Detour {
    /// The answer to a question about a name, in place of that of the name servers.
    fn answer(&self, question: &str) -> Option<String>;

    /// Hears what a worker was told.
    fn answered(&self, question: &str, answer: &str);
}
