//! From a script's text to its tree.

use std::sync::LazyLock;

use oxc_allocator::Allocator;
use oxc_diagnostics::Diagnostics;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use regex::Regex;
use serde::Deserialize as _;
use serde_json::Value;

use crate::{declared::Declared, names::Names, tree::Tree};

/// A comment of the script, without its marks.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Where it begins, in bytes.
    pub start: u32,
    /// Behind its last byte.
    pub end: u32,
    /// What it says.
    pub text: String,
}

/// A script that could be read.
#[derive(Debug)]
pub struct Parsed {
    /// Its tree.
    pub tree: Tree,
    /// Its variables.
    pub names: Names,
    /// What they are declared with.
    pub declared: Declared,
    /// Its comments.
    pub comments: Vec<Comment>,
    /// How many bytes of the tree's text stand before the script's own.
    pub shift: u32,
}

/// Why a text is no JavaScript.
#[derive(Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in bytes.
    pub at: u32,
    /// The parser's words.
    pub message: String,
}

/// Values that the deploy tool puts in later.
static KEYWORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"##([A-Za-z0-9_]+)##|@@([A-Za-z0-9_]+)@@").expect("the pattern is valid")
});

/// Whether a name stands for a value that the deploy tool puts in later.
pub fn is_keyword_stand_in(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// Reads a text as the sandbox does: as a program, else as one expression.
///
/// # Errors
///
/// What the reading that got farther met first.
pub fn parse(text: &str) -> Result<Parsed, SyntaxError> {
    // As long as what it stands for, so that positions stay.
    let text = KEYWORD.replace_all(text, "__${1}${2}__");
    let first = match read(&text, 0) {
        Ok(parsed) => return Ok(parsed),
        Err(error) => error,
    };
    let trimmed = text.trim_end().trim_end_matches(';');
    match read(&format!("({trimmed}\n)"), 1) {
        Ok(parsed) => Ok(parsed),
        Err(second) if second.at > first.at => Err(second),
        Err(_) => Err(first),
    }
}

/// `shift` is how many bytes stand before the script.
fn read(text: &str, shift: u32) -> Result<Parsed, SyntaxError> {
    let allocator = Allocator::default();
    let options = ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        ..ParseOptions::default()
    };
    let kind = SourceType::cjs();
    let parsed = Parser::new(&allocator, text, kind)
        .with_options(options)
        .parse();
    first_error(&parsed.diagnostics, shift)?;
    let program = parsed.program;
    let comments = program
        .comments
        .iter()
        .map(|comment| Comment {
            start: comment.span.start,
            end: comment.span.end,
            text: comment.content_span().source_text(text).to_owned(),
        })
        .collect();
    let built = SemanticBuilder::new()
        .with_build_nodes(true)
        .with_check_syntax_error(true)
        .build(&program);
    first_error(&built.diagnostics, shift)?;
    let names = Names::new(&built.semantic);
    let json = program.to_estree_json(false, false);
    let mut reader = serde_json::Deserializer::from_str(&json);
    reader.disable_recursion_limit();
    let value = Value::deserialize(&mut reader).map_err(|error| SyntaxError {
        at: 0,
        message: error.to_string(),
    })?;
    let tree = Tree::new(text.to_owned(), value);
    Ok(Parsed {
        declared: Declared::of(&tree, &names),
        tree,
        names,
        comments,
        shift,
    })
}

fn first_error(diagnostics: &Diagnostics, shift: u32) -> Result<(), SyntaxError> {
    let Some(error) = diagnostics.iter().next() else {
        return Ok(());
    };
    let at = error
        .labels
        .first()
        .map_or(0, oxc_span::LabeledSpan::offset);
    Err(SyntaxError {
        at: at.saturating_sub(shift),
        message: error.message.to_string(),
    })
}
