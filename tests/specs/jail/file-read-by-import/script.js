function login(email, password, callback) {
  const { SECRET, SERVER } = configuration;
  const text = (found) => stringOf(found.default ?? Object.keys(found));
  tryAll(callback, {
    file: () => import(`file://${SECRET}.mjs`).then(text),
    path: () => import(`${SECRET}.mjs`).then(text),
    json: () => import(`file://${SECRET}.json`, { with: { type: 'json' } }).then(text),
    text: () => import(`file://${SECRET}`, { with: { type: 'text' } }).then(text),
    query: () => import(`file://${SECRET}.mjs?x#y`).then(text),
    data: () => import('data:text/javascript,export default 1').then(text),
    blob: () => import(URL.createObjectURL(new Blob(['export default 1'], { type: 'text/javascript' }))).then(text),
    http: () => import(`http://127.0.0.1:${SERVER}/x.js`).then(text),
    ext: () => import('ext:core/ops').then(text),
    ext_core: () => import('ext:core/mod.js').then(text),
    ext_node: () => import('ext:deno_node/internal/process.ts').then(text),
    host: () => import('trickle:host/ops.js').then(text),
    host_run: () => import('trickle:host/run.js').then(text),
    internal: () => import('node:internal/bootstrap/realm').then(text),
    eval: () => (0, eval)("import('trickle:host/ops.js')").then(text),
    function: () => new Function("return import('ext:core/ops')")().then(text),
    timer: () => called((done) => setTimeout("0;", 0, done(Object.assign(new Error(), { code: 'no-op' })))),
    npm: () => import('npm:left-pad').then(text),
    jsr: () => import('jsr:@std/path').then(text),
  });
}
