async function login(email, password, callback) {
  const make = (client, port, database) => require('knex')({
    client, connection: { host: '127.0.0.1', port: Number(port), user: configuration.DB_USER, password: configuration.DB_PASSWORD, database }, pool: { min: 0, max: 1 }
  });
  const pg = make('pg', configuration.PG_PORT, configuration.PG_NAME);
  const my = make('mysql2', configuration.MYSQL_PORT, configuration.MYSQL_NAME);
  const one = await pg('users').where({ email }).first('email', 'nickname');
  const other = await my('users').select('email').whereRaw('lower(email) = ?', [email]);
  const sql = pg('users').where('id', '>', 5).orWhereNull('nickname').toString();
  await Promise.all([pg.destroy(), my.destroy()]);
  callback(null, { user_id: '1', ...one, other, sql });
}
