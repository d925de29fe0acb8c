//! Which variable a name means.

use std::collections::HashMap;

use oxc_semantic::Semantic;
use oxc_span::GetSpan as _;

/// A variable of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(usize);

/// A name that nothing in the script declares.
#[derive(Clone, Debug)]
pub struct Free {
    /// The name.
    pub name: String,
    /// Where it stands, in bytes.
    pub range: (u32, u32),
    /// Whether something is put into it there.
    pub written: bool,
}

/// The variables of a script, by where their names stand.
#[derive(Debug, Default)]
pub struct Names {
    by_start: HashMap<u32, Variable>,
    rewritten: HashMap<Variable, bool>,
    /// Names without a declaration.
    pub free: Vec<Free>,
}

impl Names {
    /// Reads them off the parser's analysis.
    pub fn new(semantic: &Semantic<'_>) -> Self {
        let scoping = semantic.scoping();
        let span = |reference: &oxc_semantic::Reference| {
            let span = semantic.nodes().kind(reference.node_id()).span();
            (span.start, span.end)
        };
        let mut names = Self::default();
        for (index, symbol) in scoping.symbol_ids().enumerate() {
            let variable = Variable(index);
            names
                .by_start
                .insert(scoping.symbol_span(symbol).start, variable);
            for again in scoping.symbol_redeclarations(symbol) {
                names.by_start.insert(again.span.start, variable);
            }
            for reference in scoping.get_resolved_references(symbol) {
                let start = span(reference).0;
                names.by_start.insert(start, variable);
            }
            names
                .rewritten
                .insert(variable, scoping.symbol_is_mutated(symbol));
        }
        for (name, references) in scoping.root_unresolved_references() {
            for reference in references {
                let reference = scoping.get_reference(*reference);
                names.free.push(Free {
                    name: name.to_string(),
                    range: span(reference),
                    written: reference.is_write(),
                });
            }
        }
        names.free.sort_by_key(|free| free.range);
        names
    }

    /// The variable whose name begins at a byte.
    pub fn at(&self, start: u32) -> Option<Variable> {
        self.by_start.get(&start).copied()
    }

    /// Whether a variable gets another value after its declaration.
    pub fn is_rewritten(&self, variable: Variable) -> bool {
        self.rewritten.get(&variable).copied().unwrap_or(false)
    }
}
