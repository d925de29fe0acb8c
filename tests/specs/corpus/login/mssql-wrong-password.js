async function login(email, password, callback) {
  const sql = require('mssql');
  try {
    await sql.connect({ server: '127.0.0.1', port: Number(configuration.TDS_PORT), user: 'app', password: 'not it', database: 'legacy', options: { encrypt: false } });
  } catch (err) {
    callback(err);
  }
}
