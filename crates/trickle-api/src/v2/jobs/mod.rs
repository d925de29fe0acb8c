//! `/jobs`: work that goes on after its order was answered.

mod download;
mod errors;
mod export_users;
mod fields;
mod form;
mod get;
mod import_users;
mod verification_email;
mod view;

use serde_json::json;

pub(crate) use download::handler as download;

use super::operation::{Named, Operation, Shape};

static JOB: Named = Named {
    name: "Job",
    schema: || {
        let count = json!({"type": "integer", "minimum": 0});
        let text = json!({"type": "string"});
        json!({
            "type": "object",
            "properties": {
                "id": text, "created_at": {"type": "string", "format": "date-time"},
                "type": {"enum": ["users_import", "users_export", "verification_email"]},
                "status": {"enum": ["pending", "completed", "failed"]},
                "status_details": text, "connection_id": text, "external_id": text, "upsert": {"type": "boolean"},
                "format": {"enum": ["json", "csv"]}, "limit": count, "fields": {"type": "array"},
                "percentage_done": {"type": "integer", "minimum": 0, "maximum": 100},
                "time_left_seconds": count, "location": text,
                "summary": {
                    "type": "object",
                    "properties": {"total": count, "inserted": count, "updated": count, "failed": count},
                    "required": ["total", "inserted", "updated", "failed"],
                    "additionalProperties": false,
                },
            },
            "required": ["id", "type", "status", "created_at"],
            "additionalProperties": false,
        })
    },
};

static ROW: Named = Named {
    name: "JobError",
    schema: || {
        let text = json!({"type": "string"});
        json!({
            "type": "object",
            "properties": {
                "user": {"type": ["object", "string"]},
                "errors": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"code": text, "message": text, "path": text},
                    "required": ["code", "message", "path"],
                    "additionalProperties": false,
                }},
            },
            "required": ["user", "errors"],
            "additionalProperties": false,
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    const SEE: &[&str] = &["create:users", "read:users"];
    vec![
        Operation::post(
            "/jobs/users-imports",
            &["create:users"],
            import_users::handler,
        )
        .streams()
        .says("Imports a file of users")
        .takes(Shape::Form(|| {
            json!({
                "type": "object",
                "properties": {
                    "users": {"type": "string", "format": "binary"}, "connection_id": {"type": "string"},
                    "upsert": {"type": "boolean"}, "external_id": {"type": "string"},
                    "send_completion_email": {"type": "boolean"},
                },
                "required": ["users", "connection_id"],
                "additionalProperties": false,
            })
        }))
        .status(202)
        .gives(Shape::One(&JOB)),
        Operation::post(
            "/jobs/users-exports",
            &["read:users"],
            export_users::handler,
        )
        .says("Exports users into a file")
        .takes(Shape::Schema(|| {
            json!({
                "type": "object",
                "properties": {
                    "connection_id": {"type": "string"}, "format": {"enum": ["json", "csv"]},
                    "limit": {"type": "integer", "minimum": 1},
                    "fields": {"type": "array", "minItems": 1, "items": {
                        "type": "object",
                        "properties": {"name": {"type": "string"}, "export_as": {"type": "string"}},
                        "required": ["name"],
                    }},
                },
                "additionalProperties": false,
            })
        }))
        .gives(Shape::One(&JOB)),
        Operation::post(
            "/jobs/verification-email",
            &["update:users"],
            verification_email::handler,
        )
        .says("Sends a user a link to prove the address")
        .takes(Shape::Schema(|| {
            json!({
                "type": "object",
                "properties": {
                    "user_id": {"type": "string"}, "client_id": {"type": "string"},
                    "organization_id": {"type": "string"}, "identity": {"type": "object"},
                },
                "required": ["user_id"],
                "additionalProperties": false,
            })
        }))
        .gives(Shape::One(&JOB)),
        Operation::get("/jobs/{id}", SEE, get::handler)
            .says("Shows how far a job is")
            .gives(Shape::One(&JOB)),
        Operation::get("/jobs/{id}/errors", SEE, errors::handler)
            .says("Lists the rows of an import that are not in; 204 where there is none")
            .gives(Shape::ArrayOrNothing(&ROW)),
    ]
}
