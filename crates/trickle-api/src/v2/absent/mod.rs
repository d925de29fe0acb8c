//! What exported tenants have and is not here. Reading tells that there is nothing, so that a tool that reads a whole tenant goes on; writing
//! what is there already does nothing, and writing anything else is refused.

mod answer;
mod lists;
mod settings;

use super::operation::Operation;

pub(super) fn operations() -> Vec<Operation> {
    let mut all = lists::operations();
    all.extend(settings::operations());
    all
}
