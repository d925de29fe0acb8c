async function login(email, password, callback) {
  const { Client, types } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  await client.connect();
  const { rows: [row], fields } = await client.query('SELECT * FROM kinds');
  await client.end();
  callback(null, { user_id: '1', email, row, kinds: fields.map((field) => field.dataTypeID), date: row.moment instanceof Date, parser: typeof types.getTypeParser(20) });
}
