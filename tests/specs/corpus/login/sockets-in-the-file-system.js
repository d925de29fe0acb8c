async function login(email, password, callback) {
  const told = (begin) => new Promise((done) => begin((e) => done([e.code, e.errno, e.message])));
  const { Client } = require('pg');
  const answers = {
    mysql: await told((done) => {
      require('mysql').createConnection({ socketPath: '/var/run/nowhere/mysqld.sock', user: 'x' }).connect(done);
    }),
    pg: await told((done) => new Client({ host: '/cloudsql/project:region:db', user: 'x', database: 'y' }).connect(done)),
    net: await told((done) => require('net').connect('/nowhere/a.sock').on('error', done)),
    http: await told((done) => require('http').get({ socketPath: '/nowhere/b.sock', path: '/' }).on('error', done)),
  };
  callback(null, { user_id: '1', email, answers });
}
