// What tables there are, or samples of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const mysql = require('mysql2/promise');

  async function columns(connection) {
    const [rows] = await connection.execute(
      `SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS \`table\`, COLUMN_NAME AS name, DATA_TYPE AS type,
              COLUMN_KEY = 'PRI' AS \`key\`
         FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
        ORDER BY TABLE_NAME, ORDINAL_POSITION LIMIT 5000`,
    );
    return rows.map((row) => ({ ...row, key: Boolean(row.key) }));
  }

  // The oldest and the newest: forms of hashes change with time. A table with few rows has some at both ends.
  function merged(id, ...ends) {
    return [...new Map(ends.flat().map((row) => [String(row[id]), row])).values()];
  }

  async function samples(connection) {
    const names = JSON.parse(configuration.SAMPLE);
    const table = names.table.map((name) => mysql.escapeId(name)).join('.');
    const list = names.columns.map((name) => `CAST(${mysql.escapeId(name)} AS CHAR) AS ${mysql.escapeId(name)}`).join(', ');
    const [hash, id] = [names.hash, names.id].map((name) => mysql.escapeId(name));
    const rows = async (order) => (await connection.query(
      `SELECT ${list} FROM ${table} t WHERE ${hash} <> '' ORDER BY t.${id} ${order} LIMIT 25`,
    ))[0];
    return merged(names.id, await rows('ASC'), await rows('DESC'));
  }

  async function work() {
    const connection = await mysql.createConnection({
      host: configuration.DB_HOST,
      port: Number(configuration.DB_PORT),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      ssl: configuration.DB_SSL === 'true' ? {} : undefined,
      connectTimeout: 10000,
    });
    try {
      return await (configuration.SAMPLE ? samples(connection) : columns(connection));
    } finally {
      await connection.end();
    }
  }

  work().then((found) => callback(null, found), callback);
}
