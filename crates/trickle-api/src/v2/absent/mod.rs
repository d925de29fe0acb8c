//! What exported tenants have and is not here. Reading tells that there is nothing, so that a tool that reads a whole tenant goes on. Looks
//! are kept as they are written; nothing that promises protection can be turned on (`docs/decisions/0070`).

mod answer;
mod factors;
mod keep;
mod lists;
mod settings;
mod theme;

use super::operation::Operation;

pub(super) fn operations() -> Vec<Operation> {
    let mut all = lists::operations();
    all.extend(settings::operations());
    all.extend(factors::operations());
    all.extend(theme::operations());
    all
}
