function login(email, password, callback) {
  const vm = require('vm');
  const found = (value) => (value === undefined || value === null ? stopped('undefined') : `${typeof value} ${value.name ?? ''}`);
  const secretOf = (get) => found(get()?.mainModule ?? undefined);
  tryAll(callback, {
    constructor: () => secretOf(() => vm.runInNewContext("this.constructor.constructor('return process')()")),
    object: () => secretOf(() => vm.runInNewContext("(class extends Object {}).constructor.constructor('return process')()", {})),
    caller: () => found(vm.runInNewContext('(function f() { return f.caller; })()')),
    arguments_caller: () => found(vm.runInNewContext('(function () { return arguments.callee.caller; })()')),
    proxy: () => secretOf(() => vm.runInNewContext("new Proxy({}, { get(t, k, r) { return r; } }).constructor.constructor('return process')()")),
    error: () => found(vm.runInNewContext("try { null.x } catch (e) { e.constructor.constructor('return globalThis.Deno?.internal')() }")),
    async: () => vm.runInNewContext("(async () => {})().constructor.constructor('return globalThis.Deno?.internal')()") ?? stopped('undefined'),
    realm: () => there(globalThis.ShadowRealm).name,
    module: () => new (there(vm.SourceTextModule))('export default 1'),
    measure: () => there(vm.measureMemory)(),
    inspector: () => new (require('inspector').Session)().connect(),
    inspector_post: () => called((done) => {
      const session = new (require('inspector').Session)();
      session.connectToMainThread?.();
      session.connect();
      session.post('Runtime.evaluate', { expression: 'process.mainModule' }, done);
    }),
  });
}
