function login_wrapper(...args) {
  var script = (() => {
    var __defProp = Object.defineProperty;
    var __getOwnPropNames = Object.getOwnPropertyNames;
    var __commonJS = (cb, mod) => function __require() { return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports; };
    var require_store = __commonJS({ "src/store.js"(exports) { exports.check = async (email) => { throw new WrongUsernameOrPasswordError(email, "no – not \u2018you\u2019"); }; } });
    var { check } = require_store();
    return require("util").callbackify(check);
  })();
  script.apply(this, [args[0], args[args.length - 1]]);
}
