// Hands the answer to the application's window. The browser delivers it only where that window is of the named origin.
"use strict";

const { message, origin } = document.getElementById("message").dataset;
const target = window.opener ?? (window.parent === window ? null : window.parent);
target?.postMessage(JSON.parse(message), origin);
