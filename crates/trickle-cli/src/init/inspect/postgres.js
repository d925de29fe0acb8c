// What tables there are, or samples of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: configuration.DB_HOST,
    port: Number(configuration.DB_PORT),
    user: configuration.DB_USER,
    password: configuration.DB_PASSWORD,
    database: configuration.DB_NAME,
    ssl: configuration.DB_SSL === 'true' ? {} : false,
    connectionTimeoutMillis: 10000,
  });
  client.on('error', (error) => console.warn(error.message));

  async function columns() {
    const { rows } = await client.query(
      `SELECT c.table_schema AS schema, c.table_name AS "table", c.column_name AS name, c.data_type AS type,
              -- information_schema hides keys from those who may only read.
              EXISTS (
                SELECT 1 FROM pg_index i
                  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                 WHERE i.indisprimary AND a.attname = c.column_name AND i.indrelid = t.oid) AS key
         FROM information_schema.columns c
         -- By name, as a cast to regclass fails for schemas that this account may not use.
         JOIN pg_namespace n ON n.nspname = c.table_schema
         JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = c.table_name
        WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema')
        ORDER BY c.table_schema, c.table_name, c.ordinal_position
        LIMIT 5000`,
    );
    return rows;
  }

  // The oldest and the newest: forms of hashes change with time. A table with few rows has some at both ends.
  function merged(id, ...ends) {
    return [...new Map(ends.flat().map((row) => [String(row[id]), row])).values()];
  }

  async function samples() {
    const names = JSON.parse(configuration.SAMPLE);
    const quoted = (name) => `"${name.replace(/"/g, '""')}"`;
    const table = names.table.map(quoted).join('.');
    const list = names.columns.map((name) => `${quoted(name)}::text AS ${quoted(name)}`).join(', ');
    // An output column has the name of the id, too, and is text: the order would be that of texts.
    const rows = async (order) => (await client.query(
      `SELECT ${list} FROM ${table} t WHERE ${quoted(names.hash)}::text <> '' ORDER BY t.${quoted(names.id)} ${order} LIMIT 25`,
    )).rows;
    return merged(names.id, await rows('ASC'), await rows('DESC'));
  }

  async function work() {
    try {
      await client.connect();
      return await (configuration.SAMPLE ? samples() : columns());
    } finally {
      await client.end();
    }
  }

  work().then((found) => callback(null, found), callback);
}
