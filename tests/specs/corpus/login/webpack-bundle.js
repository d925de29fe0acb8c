function login_wrapper(...args) {
  var login_script;
  (() => {
    "use strict";
    var __webpack_modules__ = ({ 1: ((module, __unused, __webpack_require__) => { const util = __webpack_require__(2); class Store { constructor(url) { this.url = url; } async find(email) { if (!email) throw new Error('none'); return { user_id: 'b', email }; } } module.exports = { Store, util }; }), 2: ((module) => { module.exports = require("util"); }) });
    var __webpack_module_cache__ = {};
    function __webpack_require__(id) { var cached = __webpack_module_cache__[id]; if (cached !== undefined) return cached.exports; var module = __webpack_module_cache__[id] = { exports: {} }; __webpack_modules__[id](module, module.exports, __webpack_require__); return module.exports; }
    var __webpack_exports__ = {};
    const { Store, util } = __webpack_require__(1);
    login_script = util.callbackify(async (email, password) => { const user = await new Store('x').find(email); if (password === 'wrong') throw new WrongUsernameOrPasswordError(email); return user; });
  })();
  login_script.apply(this, args);
}
