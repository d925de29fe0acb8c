//! `/actions`.

mod list;

use serde_json::json;

use super::operation::{Operation, PAGES, Shape};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/actions/actions",
            &["read:actions", "read:connections"],
            list::handler,
        )
        .says("There are none: these are not served here")
        .query(&[PAGES])
        .gives(Shape::Schema(|| {
            let count = json!({"type": "integer"});
            json!({
                "type": "object",
                "properties": {
                    "actions": {"type": "array", "maxItems": 0}, "total": count, "page": count, "per_page": count,
                },
                "required": ["actions", "total", "page", "per_page"],
            })
        })),
    ]
}
