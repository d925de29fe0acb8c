//! The templates, as they are in the program.

/// Template, file, text.
const FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// All templates.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = FILES.iter().map(|(template, _, _)| *template).collect();
    names.dedup();
    names
}

/// The files of a template, by name; none where there is no such template.
pub fn files(template: &str) -> Vec<(String, String)> {
    FILES
        .iter()
        .filter(|(name, _, _)| *name == template)
        .map(|(_, file, text)| ((*file).to_owned(), (*text).to_owned()))
        .collect()
}

/// The heading of a template's README.
pub fn title(template: &str) -> &'static str {
    FILES
        .iter()
        .find(|(name, file, _)| *name == template && *file == "README.md")
        .and_then(|(_, _, text)| text.lines().next())
        .map_or("", |line| line.trim_start_matches("# "))
}
