// What tables there are, or rows of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const mysql = require('mysql2/promise');

  async function columns(connection) {
    const [rows] = await connection.execute(
      `SELECT c.TABLE_SCHEMA AS \`schema\`, c.TABLE_NAME AS \`table\`, c.COLUMN_NAME AS name, c.DATA_TYPE AS type,
              c.COLUMN_KEY = 'PRI' AS \`key\`, c.COLLATION_NAME AS collation_name, k.REFERENCED_TABLE_NAME AS to_table, k.REFERENCED_COLUMN_NAME AS to_column
         FROM information_schema.COLUMNS c
         LEFT JOIN information_schema.KEY_COLUMN_USAGE k
           ON k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME AND k.COLUMN_NAME = c.COLUMN_NAME
          AND k.REFERENCED_TABLE_SCHEMA = c.TABLE_SCHEMA
        WHERE c.TABLE_SCHEMA = DATABASE()
        ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION LIMIT 5000`,
    );
    return rows.map(({ to_table: table, to_column: column, collation_name: collation, ...row }) => ({
      ...row, key: Boolean(row.key), exact: /_(?:bin|cs)$/.test(collation || ''), references: table ? [row.schema, table, column] : null,
    }));
  }

  async function rows(connection) {
    const sample = JSON.parse(configuration.SAMPLE);
    const table = sample.table.map((name) => mysql.escapeId(name)).join('.');
    const [hash, id] = [sample.hash, sample.id].map((name) => mysql.escapeId(name));
    const text = (name) => `CAST(${mysql.escapeId(name)} AS CHAR)`;
    const digits = (name) => `CONCAT('\\\\x', LOWER(HEX(${mysql.escapeId(name)})))`;
    const list = sample.columns.map(({ name, bytes }) => `${(bytes ? digits : text)(name)} AS ${mysql.escapeId(name)}`).join(', ');
    const some = async (order, from) => (await connection.query(
      `SELECT ${list} FROM ${table} t WHERE ${hash} <> '' ${from === undefined ? '' : `AND t.${id} >= '${from}'`}
        ORDER BY t.${id} ${order} LIMIT 25`,
    ))[0];
    const all = await spread(some, sample.id);
    // MariaDB has the one, MySQL the other.
    for (const limit of ['max_statement_time = 8', 'max_execution_time = 8000']) await connection.query(`SET SESSION ${limit}`).catch(() => null);
    const looks = !sample.looks ? null : await connection.query(
      `SELECT MIN(h) AS first, MAX(h) AS last, COUNT(*) AS \`rows\`
         FROM (SELECT CAST(${hash} AS CHAR) AS h FROM ${table} WHERE ${hash} <> '') t
        GROUP BY CHAR_LENGTH(h), CASE
          WHEN LEFT(h, 1) IN ('$', '{', '*', '!') THEN LEFT(h, 3)
          WHEN LOCATE('$', h) BETWEEN 2 AND 24 THEN LEFT(h, LOCATE('$', h))
          WHEN LOCATE(':', h) > 0 THEN ':' ELSE '' END
        ORDER BY 3 DESC LIMIT 300`,
    ).catch(() => null);
    // Both counts have to end before the script has to.
    for (const limit of ['max_statement_time = 4', 'max_execution_time = 4000']) await connection.query(`SET SESSION ${limit}`).catch(() => null);
    const email = sample.email && mysql.escapeId(sample.email);
    const twins = !email ? null : await connection.query(
      `SELECT COUNT(*) AS twins
         FROM (SELECT 1 FROM ${table} WHERE ${email} <> '' GROUP BY LOWER(${email}) HAVING COUNT(*) > 1) t`,
    ).catch(() => null);
    return { rows: all, twins: twins && Number(twins[0][0].twins), looks: looks && looks[0].map(({ first, last, rows: count }) => ({ hashes: [first, last], rows: Number(count) })) };
  }

  // The oldest and the newest, as forms of hashes change with time, and some in between where ids are numbers.
  async function spread(some, id) {
    const [oldest, newest] = [await some('ASC'), await some('DESC')];
    const [low, high] = [oldest, newest].map((ends) => Number(ends[0]?.[id]));
    const found = [oldest, newest];
    if (high - low > 100) for (const part of [1, 2, 3, 4]) found.push(await some('ASC', low + Math.floor(((high - low) * part) / 5)));
    return [...new Map(found.flat().map((row) => [row[id], row])).values()];
  }

  async function work() {
    const connection = await mysql.createConnection({
      host: configuration.DB_HOST,
      port: Number(configuration.DB_PORT),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : (configuration.DB_SSL === 'true' ? {} : undefined),
      connectTimeout: 10000,
    });
    try {
      return await (configuration.SAMPLE ? rows(connection) : columns(connection));
    } finally {
      await connection.end();
    }
  }

  work().then((found) => callback(null, found), callback);
}
