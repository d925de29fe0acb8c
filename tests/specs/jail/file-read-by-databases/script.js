function login(email, password, callback) {
  const { SECRET, FOLDER } = configuration;
  tryAll(callback, {
    sqlite: () => new (require('node:sqlite').DatabaseSync)(SECRET).prepare('select 1').all(),
    sqlite_new: () => new (require('node:sqlite').DatabaseSync)(`${FOLDER}/new.db`).exec('create table t (x)'),
    sqlite_attach: () => new (require('node:sqlite').DatabaseSync)(':memory:').exec(`attach '${FOLDER}/new.db' as other`),
    sqlite_extension: () => {
      const { DatabaseSync } = require('node:sqlite');
      new DatabaseSync(':memory:', { allowExtension: true }).loadExtension(SECRET);
    },
    key_value: () => there(globalThis.Deno?.openKv)(`${FOLDER}/kv`),
    key_value_default: () => there(globalThis.Deno?.openKv)(),
    cache: async () => (await there(globalThis.caches).open('attack')).put('http://x/', new Response('x')),
    local_storage: () => there(globalThis.localStorage).setItem('attack', '1'),
  });
}
