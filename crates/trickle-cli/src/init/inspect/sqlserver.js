// What tables there are, or samples of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const { ConnectionPool } = require('mssql');

  async function columns(pool) {
    const { recordset } = await pool.request().query(
      `SELECT c.TABLE_SCHEMA AS [schema], c.TABLE_NAME AS [table], c.COLUMN_NAME AS [name], c.DATA_TYPE AS [type],
              CASE WHEN k.COLUMN_NAME IS NULL THEN 0 ELSE 1 END AS [key]
         FROM INFORMATION_SCHEMA.COLUMNS c
         LEFT JOIN (
           SELECT u.TABLE_SCHEMA, u.TABLE_NAME, u.COLUMN_NAME
             FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS t
             JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE u
               ON u.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND u.CONSTRAINT_NAME = t.CONSTRAINT_NAME
            WHERE t.CONSTRAINT_TYPE = 'PRIMARY KEY') k
           ON k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME AND k.COLUMN_NAME = c.COLUMN_NAME
        ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION`,
    );
    return recordset.slice(0, 5000).map((row) => ({ ...row, key: Boolean(row.key) }));
  }

  // The oldest and the newest: forms of hashes change with time. A table with few rows has some at both ends.
  function merged(id, ...ends) {
    return [...new Map(ends.flat().map((row) => [String(row[id]), row])).values()];
  }

  async function samples(pool) {
    const names = JSON.parse(configuration.SAMPLE);
    const quoted = (name) => `[${name.replace(/]/g, ']]')}]`;
    const table = names.table.map(quoted).join('.');
    const list = names.columns.map(quoted).join(', ');
    const rows = async (order) => (await pool.request().query(
      `SELECT TOP 25 ${list} FROM ${table} WHERE LEN(${quoted(names.hash)}) > 0 ORDER BY ${quoted(names.id)} ${order}`,
    )).recordset;
    const text = (value) => (value === null ? null : String(value));
    return merged(names.id, await rows('ASC'), await rows('DESC')).map((row) => Object.fromEntries(names.columns.map((name) => [name, text(row[name])])));
  }

  async function work() {
    const pool = new ConnectionPool({
      server: configuration.DB_HOST,
      port: Number(configuration.DB_PORT),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      connectionTimeout: 10000,
      requestTimeout: 10000,
      options: { encrypt: configuration.DB_ENCRYPT !== 'false' },
    });
    pool.on('error', (error) => console.warn(error.message));
    try {
      await pool.connect();
      return await (configuration.SAMPLE ? samples(pool) : columns(pool));
    } finally {
      await pool.close();
    }
  }

  work().then((found) => callback(null, found), callback);
}
