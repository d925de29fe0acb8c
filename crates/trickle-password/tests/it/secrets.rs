use trickle_password::{Password, PasswordHash};

use crate::verify;

#[test]
fn debug_and_errors_show_no_secret() {
    let password = Password::from("correct horse");
    let hash = PasswordHash::from("$2b$99$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu");
    let error = verify(password.expose(), hash.as_str()).unwrap_err();
    let text = format!("{password:?} {hash:?} {error:?} {error}");
    assert!(
        !text.contains("horse") && !text.contains("abcdef"),
        "{text}"
    );
    assert!(
        text.ends_with("accept a bcrypt hash: its cost is 99, at most 15 is allowed"),
        "{text}"
    );
}
