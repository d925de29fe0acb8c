// Shows what is typed into the password field.
"use strict";

const password = document.getElementById("password");
const show = document.getElementById("show");

show.closest("label").hidden = false;
show.addEventListener("change", () => {
  password.type = show.checked ? "text" : "password";
});
