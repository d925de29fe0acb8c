//! `/anomaly/blocks/ips`: addresses are slowed down, and never shut out for good.

use axum::http::StatusCode;

use crate::v2::{Bearer, Error, error::Kind, operation::Operation};

static BLOCK: Kind = Kind {
    code: "inexistent_block",
    name: "block of an address",
};

pub(super) fn operations() -> [Operation; 2] {
    const PATH: &str = "/anomaly/blocks/ips/{ip}";
    [
        Operation::get(PATH, &["read:anomaly_blocks"], async |_: Bearer| {
            Err::<StatusCode, _>(Error::Missing(&BLOCK))
        })
        .says("There is none: no address is shut out"),
        Operation::delete(PATH, &["delete:anomaly_blocks"], async |_: Bearer| {
            StatusCode::NO_CONTENT
        })
        .says("Lets an address in again; none is shut out"),
    ]
}
