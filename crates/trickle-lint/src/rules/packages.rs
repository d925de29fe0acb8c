//! Packages that are required.

use crate::{
    lint::Findings,
    literal::required,
    modules::{Known, find, major, resolved, similar, split},
    script::Script,
};

/// Not there at all.
pub fn unknown(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    for node in tree.all() {
        let Some(request) = required(script, node) else {
            continue;
        };
        let name = split(request).0;
        if findings.options.further_modules.iter().any(|it| it == name) {
            continue;
        }
        let relative = request.starts_with(['.', '/']);
        match find(request) {
            Known::Extra => findings.add(
                node,
                format!("{name} is in the extra set of packages, which an install need not have"),
                "Run `make modules-extra` where the server is, or use another package.",
            ),
            Known::No if relative => findings.add(
                node,
                "a script is one text; there are no files beside it".to_owned(),
                "Put the code into the script.",
            ),
            Known::No => {
                let fix = similar(name).map_or_else(
                    || "Use a package of docs/reference/modules.md, or add this one to the install (docs/how-to/add-a-package.md).".to_owned(),
                    |other| format!("Perhaps `{other}` is meant; docs/reference/modules.md lists what there is."),
                );
                findings.add(
                    node,
                    format!("there is no package {name:?} in the sandbox"),
                    fix,
                );
            }
            _ => {}
        }
    }
}

/// There, in another major version.
pub fn mismatch(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    for node in tree.all() {
        let Some(request) = required(script, node) else {
            continue;
        };
        let (name, pin) = split(request);
        let (Some(pin), Some(got)) = (pin, resolved(request)) else {
            continue;
        };
        if major(pin).is_some_and(|wanted| Some(wanted) != major(got)) {
            findings.add(
                node,
                format!(
                    "{name} {pin} is asked for and {got} is loaded, whose interface may differ"
                ),
                format!("Try the script with {got}, and name that version."),
            );
        }
    }
}
