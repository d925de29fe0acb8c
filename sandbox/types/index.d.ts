// Types for authors of action scripts: docs/how-to/complete-scripts-in-an-editor.md says how to use them.
/// <reference path="scripts.d.ts" />
/// <reference path="errors.d.ts" />
/// <reference path="globals.d.ts" />
/// <reference path="legacy.d.ts" />
