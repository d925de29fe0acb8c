function login(email, password, callback) {
  const fs = require('fs');
  const ways = {};
  for (const fd of [3, 4, 5, 6, 7, 8]) {
    ways[`read ${fd}`] = () => fs.readSync(fd, Buffer.alloc(8), 0, 8);
    ways[`write ${fd}`] = () => fs.writeSync(fd, 'x');
    ways[`close ${fd}`] = () => fs.closeSync(fd);
    ways[`stat ${fd}`] = () => fs.fstatSync(fd).mode;
  }
  ways.stream = () => heard(fs.createReadStream(null, { fd: 3 }), 'data');
  ways.writer = () => called((done) => fs.createWriteStream(null, { fd: 3 }).on('error', done).write('x', done));
  ways.write_file = () => fs.writeFileSync(3, 'x');
  ways.read_file = () => fs.readFileSync(3, 'latin1');
  tryAll(callback, ways);
}
