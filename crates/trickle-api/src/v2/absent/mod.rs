//! Settings of what is not served here. They are kept as they are written and have no effect; what promises protection can be turned on only
//! where the tenant says that it knows (`docs/decisions/0070`).

mod blocks;
mod factors;
mod keep;
mod keys;
mod lists;
mod policies;
mod refused;
mod settings;
mod theme;

use super::operation::Operation;

pub(super) fn operations() -> Vec<Operation> {
    let mut all = settings::operations();
    all.extend(blocks::operations());
    all.extend(factors::operations());
    all.extend(keys::operations());
    all.extend(lists::operations());
    all.extend(policies::operations());
    all.extend(refused::operations());
    all.extend(theme::operations());
    all
}
