function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({ host: '127.0.0.1', port: configuration.SILENT_PORT, user: 'u', password: 'p', database: 'd', connectionTimeoutMillis: 150 });
  client.connect((err) => callback(err));
}
