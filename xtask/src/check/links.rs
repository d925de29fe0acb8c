//! Documents lead somewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::markdown::{anchors, links};
use crate::{finding::Finding, tree::File};

const BOOK: &str = "docs/";
const SUMMARY: &str = "docs/SUMMARY.md";
/// Its tests name pages that are not there on purpose.
const SAMPLES: &str = "xtask/src/";

/// Links that lead nowhere, pages that the summary does not list, and pages that code names and nobody wrote.
pub fn check(files: &[File]) -> Vec<Finding> {
    let known: BTreeMap<&str, &File> = files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let mut findings = Vec::new();
    let mut listed = BTreeSet::new();
    for file in files.iter().filter(|file| file.is("md")) {
        for link in links(&file.text) {
            if is_foreign(link.target) {
                continue;
            }
            let place = format!("{}:{}", file.path, link.line);
            let (path, anchor) = link.target.split_once('#').unwrap_or((link.target, ""));
            let target = if path.is_empty() {
                file.path.clone()
            } else {
                resolve(&file.path, path)
            };
            if file.path == SUMMARY {
                listed.insert(target.clone());
            }
            if is_folder(&known, &target) && anchor.is_empty() {
                continue;
            }
            match known.get(target.as_str()) {
                None => findings.push(Finding::new(
                    place,
                    format!("leads to {target}, which is not there"),
                )),
                Some(page)
                    if !anchor.is_empty()
                        && !anchors(&page.text).iter().any(|own| own == anchor) =>
                {
                    findings.push(Finding::new(
                        place,
                        format!("leads to #{anchor}, which {target} does not have"),
                    ));
                }
                Some(_) => {}
            }
        }
    }
    for file in files {
        let is_page = file.is("md") && file.path.starts_with(BOOK) && file.path != SUMMARY;
        if is_page && !listed.contains(&file.path) {
            findings.push(Finding::new(
                &file.path,
                format!("is not listed in {SUMMARY}"),
            ));
        }
        if file.path.starts_with(SAMPLES) {
            continue;
        }
        findings.extend(
            named_pages(file)
                .filter(|(_, page)| !known.contains_key(page))
                .map(|(line, page)| {
                    Finding::new(
                        format!("{}:{line}", file.path),
                        format!("names {page}, which is not there"),
                    )
                }),
        );
    }
    findings
}

fn is_foreign(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:")
}

fn is_folder(known: &BTreeMap<&str, &File>, path: &str) -> bool {
    let prefix = format!("{}/", path.trim_end_matches('/'));
    known.keys().any(|one| one.starts_with(&prefix))
}

/// `path` as seen from the folder of `from`.
fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Pages of the book that a file names by their full path, as messages do, with the line.
fn named_pages(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.text.lines().enumerate().flat_map(|(at, line)| {
        line.match_indices(BOOK).filter_map(move |(start, _)| {
            let inside = line[..start].ends_with(|c: char| is_path(c) || c == '/' || c == ':');
            let rest = &line[start..];
            let end = rest.find(|c| !is_path(c) && c != '/').unwrap_or(rest.len());
            let page = rest[..end].trim_end_matches('.');
            let is_page = page.rsplit_once('.').is_some_and(|(_, end)| end == "md");
            (!inside && is_page).then_some((at + 1, page))
        })
    })
}

fn is_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| File {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        check(&files).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let files = [
            (
                "README.md",
                "[docs](docs/a/one.md#part-two) [folder](docs/) [web](https://x.example/y.md)",
            ),
            ("docs/SUMMARY.md", "- [One](a/one.md)\n- [Two](two.md)"),
            (
                "docs/a/one.md",
                "[two](../two.md) [here](#part-two)\n## Part two",
            ),
            ("docs/two.md", ""),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let files = [
            ("docs/SUMMARY.md", "- [One](one.md)\n- [Gone](gone.md)"),
            ("docs/one.md", "\n[a](#nowhere) [b](../x.rs)"),
        ];
        assert_eq!(
            found(&files),
            [
                "docs/SUMMARY.md:2: leads to docs/gone.md, which is not there",
                "docs/one.md:2: leads to #nowhere, which docs/one.md does not have",
                "docs/one.md:2: leads to x.rs, which is not there",
            ]
        );
    }

    #[test]
    fn a_page_that_nobody_finds_is_found() {
        let files = [("docs/SUMMARY.md", ""), ("docs/lost.md", "")];
        assert_eq!(
            found(&files),
            ["docs/lost.md: is not listed in docs/SUMMARY.md"]
        );
    }

    #[test]
    fn a_page_that_code_names_must_be_there() {
        let gone = concat!("docs", "/how-to/gone.md");
        let code = format!("x\n\"see {gone}.\" {BOOK}decisions/NNNN-*.md https://x.example/{gone}");
        let files = [("docs/SUMMARY.md", ""), ("src/a.rs", code.as_str())];
        assert_eq!(
            found(&files),
            [format!("src/a.rs:2: names {gone}, which is not there")]
        );
    }
}
