//! A script's text, compiled with positions in the tenant's own lines.

use deno_core::{op2, v8};

/// What scripts see besides globals. `Deno` hides the engine from feature tests in old packages.
const PARAMETERS: [&str; 4] = ["require", "module", "exports", "Deno"];
const EXPRESSION_HEAD: &str = "return (";

/// Compiles `text` to a function of [`PARAMETERS`]: as an expression (`kind` 0), whose value it
/// returns, or as a body (`kind` 1). Gives `{code}` or `{message, line, column}`.
#[op2]
pub fn op_trickle_compile<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    #[string] text: &str,
    #[string] file: &str,
    #[smi] kind: u32,
) -> v8::Local<'s, v8::Object> {
    let result = v8::Object::new(scope);
    let (source, column_offset) = if kind == 0 {
        let head = i32::try_from(EXPRESSION_HEAD.len()).expect("a short text");
        (format!("{EXPRESSION_HEAD}{text}\n)"), -head)
    } else {
        (text.to_owned(), 0)
    };
    v8::tc_scope!(let scope, scope);
    let (Some(name), Some(source)) = (
        v8::String::new(scope, file),
        v8::String::new(scope, &source),
    ) else {
        return result;
    };
    let origin = v8::ScriptOrigin::new(
        scope,
        name.into(),
        0,
        column_offset,
        false,
        -1,
        None,
        false,
        false,
        false,
        None,
    );
    let mut source = v8::script_compiler::Source::new(source, Some(&origin));
    let parameters: Vec<_> = PARAMETERS
        .iter()
        .filter_map(|name| v8::String::new(scope, name))
        .collect();
    let function = v8::script_compiler::compile_function(
        scope,
        &mut source,
        &parameters,
        &[],
        v8::script_compiler::CompileOptions::NoCompileOptions,
        v8::script_compiler::NoCacheReason::NoReason,
    );
    if let Some(function) = function {
        set(scope, result, "code", function.into());
        return result;
    }
    let Some(message) = scope.message() else {
        return result;
    };
    let text = message.get(scope).to_rust_string_lossy(scope);
    let text = text.strip_prefix("Uncaught SyntaxError: ").unwrap_or(&text);
    if let Some(text) = v8::String::new(scope, text) {
        set(scope, result, "message", text.into());
    }
    if let Some(line) = message.get_line_number(scope) {
        let line = v8::Number::new(scope, f64::from(u32::try_from(line).unwrap_or_default()));
        set(scope, result, "line", line.into());
    }
    let column = u32::try_from(message.get_start_column() + 1).unwrap_or_default();
    let column = v8::Number::new(scope, f64::from(column));
    set(scope, result, "column", column.into());
    result
}

fn set(
    scope: &mut v8::PinScope<'_, '_>,
    object: v8::Local<v8::Object>,
    key: &'static str,
    value: v8::Local<v8::Value>,
) {
    if let Some(key) = v8::String::new(scope, key) {
        object.set(scope, key.into(), value);
    }
}
