//! What a script would do with files.

use std::io;

/// `None` for what is none of these.
pub fn attempt(name: &str, argument: &str) -> Option<io::Result<String>> {
    let done = |()| "ok".to_owned();
    Some(match name {
        "read" => std::fs::read_to_string(argument),
        "list" => std::fs::read_dir(argument).map(|entries| entries.count().to_string()),
        "see" => std::fs::metadata(argument).map(|found| found.len().to_string()),
        "write" => std::fs::write(argument, "x").map(done),
        "append" => {
            let mut options = std::fs::OpenOptions::new();
            options.append(true).open(argument).map(|_| done(()))
        }
        "remove" => std::fs::remove_file(argument).map(done),
        "make-folder" => std::fs::create_dir(argument).map(done),
        "rename" => std::fs::rename(argument, format!("{argument}2")).map(done),
        "link" => std::fs::hard_link(argument, format!("{argument}2")).map(done),
        "change-mode" => {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(argument, std::fs::Permissions::from_mode(0o666)).map(done)
        }
        _ => return None,
    })
}
