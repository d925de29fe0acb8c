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
    const only = (sample.only ?? []).map(([name, value]) => `AND ${mysql.escapeId(name)} = ${mysql.escape(value)}`).join(' ');
    const some = async (order, from) => (await connection.query(
      `SELECT ${list} FROM ${table} t WHERE ${hash} <> '' ${only} ${from === undefined ? '' : `AND t.${id} >= '${from}'`}
        ORDER BY t.${id} ${order} LIMIT 25`,
    ))[0];
    const all = await spread(some, sample.id);
    // MariaDB has the one, MySQL the other.
    for (const limit of ['max_statement_time = 8', 'max_execution_time = 8000']) await connection.query(`SET SESSION ${limit}`).catch(() => null);
    const looks = !sample.looks ? null : await connection.query(
      `SELECT MIN(h) AS first, MAX(h) AS last, COUNT(*) AS \`rows\`
         FROM (SELECT CAST(${hash} AS CHAR) AS h FROM ${table} WHERE ${hash} <> '' ${only}) t
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
         FROM (SELECT 1 FROM ${table} WHERE ${email} <> '' ${only} GROUP BY LOWER(${email}) HAVING COUNT(*) > 1) t`,
    ).catch(() => null);
    const address = !email || only ? null : await addressOf(connection, sample).catch(() => null);
    return {
      rows: all,
      twins: twins && Number(twins[0][0].twins),
      address,
      looks: looks && looks[0].map(({ first, last, rows: count }) => ({ hashes: [first, last], rows: Number(count) })),
    };
  }

  // Where the collation tells capitals apart, the index has to be one over an expression, which MariaDB does not have.
  async function addressOf(connection, { table, email, exact }) {
    const [[{ count }]] = await connection.query(
      'SELECT TABLE_ROWS AS count FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?', table,
    );
    const [[{ version }]] = await connection.query('SELECT VERSION() AS version');
    const has_expressions = !/mariadb/i.test(version);
    const rows = Number(count);
    if (exact && !has_expressions) return { rows, indexed: false, has_expressions };
    const column = exact ? "REPLACE(REPLACE(EXPRESSION, '`', ''), ' ', '')" : 'COLUMN_NAME';
    const [found] = await connection.query(
      `SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND SEQ_IN_INDEX = 1 AND ${column} = ? LIMIT 1`,
      [...table, exact ? `lower(${email})` : email],
    );
    return { rows, indexed: found.length > 0, has_expressions };
  }

{{spread}}
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
