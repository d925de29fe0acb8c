function login_wrapper(...args) {
  var login_script;
  (() => {
    "use strict";
    var modules = {
      1: (module, exports, load) => {
        class Client { constructor(url) { this.url = url; } async find(email) { if (!email) throw new Error("none"); return { user_id: this.url, email }; } }
        exports.Client = Client;
      },
      2: (module) => { module.exports = require("util"); },
    };
    var cache = {};
    function load(id) {
      if (cache[id]) return cache[id].exports;
      var module = (cache[id] = { exports: {} });
      modules[id](module, module.exports, load);
      return module.exports;
    }
    const { callbackify } = load(2);
    async function login(email, password) {
      const client = new (load(1).Client)(configuration.HOST);
      if (password === "wrong") throw new WrongUsernameOrPasswordError(email);
      if (password === "weird") throw new ValidationError("odd", "We couldn’t do that.");
      return client.find(email);
    }
    login_script = callbackify(login);
  })();
  login_script.apply(this, args);
}
