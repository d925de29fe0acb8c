async function login(email, password, callback) {
  const sql = require('mssql');
  const pool = await new sql.ConnectionPool({
    server: 'localhost', port: Number(configuration.TDS_TLS_PORT), user: 'app', password: configuration.TDS_PASSWORD, database: 'legacy',
    options: { encrypt: true, cryptoCredentialsDetails: { ca: configuration.CA } }
  }).connect();
  const found = await pool.request().input('email', sql.NVarChar, email).query('SELECT * FROM Users WHERE Email = @email');
  const big = await pool.request().query("SELECT REPLICATE('x', 100000) AS text");
  const missing = await pool.request().query('SELECT nothing_such FROM Users').catch((err) => [err.name, err.code, err.number, err.message]);
  await pool.close();
  callback(null, { user_id: '1', email, row: found.recordset[0], rows: found.rowsAffected, bytes: big.recordset[0].text.length, missing });
}
