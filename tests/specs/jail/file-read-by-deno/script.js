function login(email, password, callback) {
  const engine = there(globalThis.Deno ?? {});
  const secret = configuration.SECRET;
  tryAll(callback, {
    readTextFileSync: () => there(engine.readTextFileSync)(secret),
    readTextFile: () => there(engine.readTextFile)(secret),
    readFile: async () => new TextDecoder().decode(await there(engine.readFile)(secret)),
    openSync: () => there(engine.openSync)(secret).readable.getReader().read(),
    readDirSync: () => [...there(engine.readDirSync)(configuration.FOLDER)].length,
    copyFile: () => there(engine.copyFileSync)(secret, `${configuration.FOLDER}/copy`),
    watchFs: () => there(engine.watchFs)(configuration.FOLDER)[Symbol.asyncIterator]().next(),
    makeTempFile: () => there(engine.makeTempFileSync)(),
    fetch: async () => (await fetch(`file://${secret}`)).text(),
  });
}
