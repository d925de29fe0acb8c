//! `/keys/signing`: the keys that sign tokens.

mod handlers;
mod view;

use super::{
    error::Kind,
    operation::{Operation, Shape},
};
use view::{KEY_SCHEMA, revoked, rotated};

pub(super) const SIGNING_KEY: Kind = Kind {
    code: "inexistent_signing_key",
    name: "signing key",
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/keys/signing", &["read:signing_keys"], handlers::list)
            .says("Lists the keys that sign tokens: current, next, previous ones")
            .gives(Shape::Array(&KEY_SCHEMA)),
        Operation::post(
            "/keys/signing/rotate",
            &["create:signing_keys", "update:signing_keys"],
            handlers::rotate,
        )
        .says("Lets the next key sign")
        .gives(Shape::Schema(rotated)),
        Operation::get(
            "/keys/signing/{kid}",
            &["read:signing_keys"],
            handlers::show,
        )
        .says("Shows a key")
        .gives(Shape::One(&KEY_SCHEMA)),
        Operation::put(
            "/keys/signing/{kid}/revoke",
            &["update:signing_keys"],
            handlers::revoke,
        )
        .says("Ends a key that does not sign any more")
        .gives(Shape::Schema(revoked)),
    ]
}
