function login(email, password, callback) {
  const fs = require('fs');
  const secret = configuration.SECRET;
  tryAll(callback, {
    readFileSync: () => fs.readFileSync(secret, 'utf8'),
    readFile: () => called((done) => fs.readFile(secret, 'utf8', done)),
    promises: () => fs.promises.readFile(secret, 'utf8'),
    openSync: () => fs.readFileSync(fs.openSync(secret, 'r'), 'utf8'),
    open: () => called((done) => fs.open(secret, 'r', done)),
    handle: () => fs.promises.open(secret, 'r').then((handle) => handle.readFile('utf8')),
    stream: () => heard(fs.createReadStream(secret, 'utf8'), 'data'),
    readdirSync: () => fs.readdirSync(configuration.FOLDER),
    opendir: () => fs.opendirSync(configuration.FOLDER).readSync().name,
    blob: async () => (await there(fs.openAsBlob)(secret)).text(),
    copyFileSync: () => fs.copyFileSync(secret, `${configuration.FOLDER}/copy`),
    cpSync: () => fs.cpSync(secret, `${configuration.FOLDER}/copy`),
    glob: () => there(fs.globSync)('secret*', { cwd: configuration.FOLDER }).join() || stopped('found nothing'),
  });
}
