function login(email, password, callback) {
  const fs = require('fs');
  const { VICTIM, FOLDER } = configuration;
  const to = `${FOLDER}/new`;
  const ways = {
    writeFileSync: () => fs.writeFileSync(VICTIM, 'x'),
    appendFileSync: () => fs.appendFileSync(VICTIM, 'x'),
    truncateSync: () => fs.truncateSync(VICTIM, 0),
    open_to_write: () => fs.openSync(VICTIM, 'r+'),
    open_to_append: () => fs.openSync(VICTIM, 'a'),
    open_to_create: () => fs.openSync(to, 'wx'),
    write_stream: () => heard(fs.createWriteStream(to), 'open'),
    stream_class: () => heard(new fs.WriteStream(to), 'open'),
    handle: () => fs.promises.open(to, 'w'),
    promise: () => fs.promises.writeFile(to, 'x'),
    callback: () => called((done) => fs.writeFile(to, 'x', done)),
  };
  for (const [name, ...args] of [
    ['mkdirSync', to], ['mkdtempSync', to], ['rmSync', VICTIM], ['unlinkSync', VICTIM], ['rmdirSync', FOLDER], ['renameSync', VICTIM, to],
    ['linkSync', VICTIM, to], ['symlinkSync', VICTIM, to], ['chmodSync', VICTIM, 0], ['chownSync', VICTIM, 1, 1],
    ['utimesSync', VICTIM, 1, 1], ['lutimesSync', VICTIM, 1, 1], ['lchownSync', VICTIM, 1, 1], ['lchmodSync', VICTIM, 0],
  ]) {
    ways[name] = () => there(fs[name])(...args);
  }
  tryAll(callback, ways);
}
