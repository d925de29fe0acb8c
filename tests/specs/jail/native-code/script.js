function login(email, password, callback) {
  const Module = require('module');
  tryAll(callback, {
    dlopen: () => there(process.dlopen)({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'),
    node_extension: () => Module._extensions['.node']({ exports: {} }, `${configuration.FOLDER}/x.node`),
    node_file: () => Module._load(`${configuration.FOLDER}/x.node`),
    engine: () => there(globalThis.Deno?.dlopen)('libc.so.6', { getpid: { parameters: [], result: 'i32' } }).symbols.getpid(),
    ffi: () => require('node:ffi'),
    pointer: () => there(globalThis.Deno?.UnsafePointer).create(1n),
    wasi: () => new (require('node:wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }).wasiImport.fd_prestat_get(3, 0),
  });
}
