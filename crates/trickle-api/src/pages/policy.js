// Shows the rules while the password is typed. The server judges again; without this script nothing is lost but time.
"use strict";

const kinds = {
  lowerCase: /[a-z]/,
  upperCase: /[A-Z]/,
  numbers: /[0-9]/,
  specialCharacters: /[ !-/:-@[-`{-~]/,
};

const longestRow = (text, belong) => {
  let longest = 0;
  let row = 0;
  let last = null;
  for (const c of text) {
    row = last !== null && belong(last, c) ? row + 1 : 1;
    longest = Math.max(longest, row);
    last = c;
  }
  return longest;
};

const follows = (a, b) => {
  const pair = (a + b).toLowerCase();
  return /^([a-z]{2}|[0-9]{2})$/.test(pair) && pair.charCodeAt(1) === pair.charCodeAt(0) + 1;
};

const checks = {
  nonEmpty: (text) => text.length > 0,
  lengthAtLeast: (text, most) => text.length >= most,
  identicalChars: (text, most) => longestRow(text, (a, b) => a === b) <= most,
  sequentialChars: (text, most) =>
    Math.max(longestRow(text, follows), longestRow(text, (a, b) => follows(b, a))) <= most,
};

const mark = (item, kept, isTyped) => {
  item.classList.toggle("kept", kept);
  item.classList.toggle("broken", !kept && isTyped);
};

const judge = (password) => {
  for (const rule of document.querySelectorAll("[data-rule]")) {
    const { rule: code, value } = rule.dataset;
    const parts = [...rule.querySelectorAll("[data-kind]")];
    const kept = parts.filter((part) => {
      const has = kinds[part.dataset.kind].test(password);
      mark(part, has, false);
      return has;
    });
    const isKept = parts.length > 0
      ? kept.length >= (code === "containsAtLeast" ? Number(value) : parts.length)
      : checks[code]?.(password, Number(value)) ?? true;
    mark(rule, password !== "" && isKept, password !== "");
  }
};

const password = document.getElementById("password");
const again = document.getElementById("again");
const show = document.getElementById("show");

password.addEventListener("input", () => judge(password.value));
again?.addEventListener("input", () => {
  again.setCustomValidity(again.value === password.value ? "" : again.dataset.differs);
});
show.closest("label").hidden = false;
show.addEventListener("change", () => {
  for (const field of [password, again]) {
    if (field) field.type = show.checked ? "text" : "password";
  }
});
