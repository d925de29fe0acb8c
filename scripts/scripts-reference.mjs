// Writes docs/reference/scripts.md from sandbox/types; with --check says whether it is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, "docs/reference/scripts.md");
const read = (name) => readFileSync(join(root, "sandbox/types", name), "utf8");

/// Script, file's name, type.
const SCRIPTS = [
  ["login", "LoginScript"],
  ["get_user", "GetUserScript"],
  ["create", "CreateScript"],
  ["verify", "VerifyScript"],
  ["change_password", "ChangePasswordScript"],
  ["change_email", "ChangeEmailScript"],
  ["delete", "DeleteScript"],
  ["count", "CountScript"],
];
const INTERFACES = [
  ["The profile", "ActionProfile"],
  ["The new user of `create`", "ActionNewUser"],
  ["`context`", "ActionContext"],
];

const scripts = read("scripts.d.ts");

/// The text of a comment without its stars; links become code.
const said = (comment = "") =>
  comment.replace(/^\s*\/\*\*|\*\/\s*$/g, "").replace(/^\s*\* ?/gm, " ").replace(/\s+/g, " ")
    .replace(/\{@link (\w+)\}/g, "`$1`").trim();

/// A declaration with the comment above it.
function declared(text, head) {
  const at = text.search(head);
  if (at < 0) throw new Error(`there is no ${head}`);
  const comment = /(\/\*\*(?:(?!\*\/)[^])*\*\/)\s*$/.exec(text.slice(0, at))?.[1];
  return { comment: said(comment), text: text.slice(at) };
}

const oneLine = (text) => text.replace(/\s+/g, " ").replace(/\( /g, "(").replace(/,? \)/g, ")").trim();

function signature(type) {
  const { comment, text } = declared(scripts, new RegExp(`type ${type} =`));
  const [, parameters] = /=\s*\(([^]*?)\) => any;/.exec(text);
  return { comment, parameters: oneLine(parameters).replace(/,$/, "") };
}

function callbackOf(parameters) {
  const [, type] = /callback: (\w+)/.exec(parameters);
  const { text } = declared(scripts, new RegExp(`type ${type} =`));
  const [, result] = /= ActionCallback<([^]*?)>;/.exec(text);
  return result === "unknown" ? "anything" : `\`${oneLine(result)}\``;
}

function script([name, type]) {
  const { comment, parameters } = signature(type);
  const hasContext = scripts.includes(`type ${type}WithContext =`);
  return `## ${name}

${comment}

\`\`\`ts
(${parameters})
\`\`\`

The second argument of the callback: ${callbackOf(parameters)}. ${hasContext
    ? "A script that declares one parameter more gets `context` before the callback."
    : "It never gets `context`."}
`;
}

function fields([title, type]) {
  const { comment, text } = declared(scripts, new RegExp(`interface ${type} \\{`));
  const body = text.slice(text.indexOf("{") + 1, text.search(/^\}/m));
  const rows = [];
  let above = "";
  for (const line of body.split("\n")) {
    const comment = /^\s*\/\*\* (.*) \*\/$/.exec(line);
    const field = /^\s*(?:readonly )?(\w+)(\??): (.*);$/.exec(line);
    if (comment) above = said(line);
    if (field) {
      const [, name, optional, kind] = field;
      const shown = kind.replace(/\|/g, "\\|").replace(/ \\\| null$/, "");
      rows.push(`| \`${name}\` | \`${shown.replace(/`/g, "")}\`${optional ? "" : ", always"} | ${above} |`);
      above = "";
    }
  }
  return `## ${title}\n\n${comment}\n\n| field | type | |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function errors() {
  const text = read("errors.d.ts");
  const names = [...text.matchAll(/interface (\w+) extends Error/g)].map(([, name]) => name);
  const rows = names.map((name) => {
    const { comment } = declared(text, new RegExp(`interface ${name} `));
    const { text: constant } = declared(text, new RegExp(`declare const ${name}:`));
    const [, parameters] = /new \(([^)]*)\)/.exec(constant);
    return `| \`new ${name}(${parameters.replace(/\|/g, "\\|")})\` | ${comment} |`;
  });
  return `## Errors\n\nAny other error is a defect of the script, or an outage of the legacy store where its code says so.\n\n| | |\n| --- | --- |\n${rows.join("\n")}\n`;
}

function old() {
  const text = read("legacy.d.ts");
  const rows = [...text.matchAll(/\/\*\* ([^*]*?)@deprecated (.*?) \*\/\ndeclare const (\w+):/g)].map(
    ([, note, instead, name]) => `| \`${name}\` | ${note.trim()} | ${instead} |`,
  );
  return `## Globals of the old sandbox\n\nThere for scripts that have them; \`crypto\` and \`querystring\` are Node's own modules.\n\n| global | | today |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

const text = `# Scripts

What the eight scripts get, and what they give. Written from the type declarations in \`sandbox/types\`, which \`trickle init\` puts beside scripts for
[editors](../how-to/complete-scripts-in-an-editor.md). A script is one function; its last parameter is the callback, whose first call ends the run. A falsy error means success.
What a function returns does not matter; a promise that rejects is the script's error. \`configuration\` is the connection's settings, as text, read only;
[modules](modules.md) are loaded by \`require\`.

${[...SCRIPTS.map(script), ...INTERFACES.map(fields), errors(), old()].join("\n")}`;

if (process.argv.includes("--check")) {
  if (readFileSync(page, "utf8") !== text) {
    console.error("docs/reference/scripts.md is stale: run node scripts/scripts-reference.mjs");
    process.exit(1);
  }
} else {
  writeFileSync(page, text);
}
