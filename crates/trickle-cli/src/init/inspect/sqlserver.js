// What tables there are, or rows of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const { ConnectionPool } = require('mssql');

  async function columns(pool) {
    const { recordset } = await pool.request().query(
      `SELECT c.TABLE_SCHEMA AS [schema], c.TABLE_NAME AS [table], c.COLUMN_NAME AS [name], c.DATA_TYPE AS [type],
              c.COLLATION_NAME AS collation_name,
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
    const { recordset: links } = await pool.request().query(
      `SELECT f.TABLE_SCHEMA AS [schema], f.TABLE_NAME AS [table], f.COLUMN_NAME AS [name],
              t.TABLE_SCHEMA AS to_schema, t.TABLE_NAME AS to_table, t.COLUMN_NAME AS to_column
         FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS r
         JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE f
           ON f.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND f.CONSTRAINT_NAME = r.CONSTRAINT_NAME
         JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE t
           ON t.CONSTRAINT_SCHEMA = r.UNIQUE_CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = r.UNIQUE_CONSTRAINT_NAME`,
    );
    const place = (row) => JSON.stringify([row.schema, row.table, row.name]);
    const targets = new Map(links.map((link) => [place(link), [link.to_schema, link.to_table, link.to_column]]));
    return recordset.slice(0, 5000).map(({ collation_name: collation, ...row }) => ({
      ...row, key: Boolean(row.key), exact: /_(?:CS|BIN)/.test(collation || ''), references: targets.get(place(row)) ?? null }));
  }

  async function rows(pool) {
    const sample = JSON.parse(configuration.SAMPLE);
    const quoted = (name) => `[${name.replace(/]/g, ']]')}]`;
    const table = sample.table.map(quoted).join('.');
    const [hash, id] = [sample.hash, sample.id].map(quoted);
    const list = sample.columns.map(({ name }) => quoted(name)).join(', ');
    const text = (value) => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : String(value));
    const only = (sample.only ?? []).map(([name, value]) => `AND ${quoted(name)} = '${value}'`).join(' ');
    const some = async (order, from) => (await pool.request().query(
      `SELECT TOP 25 ${list} FROM ${table} WHERE LEN(${hash}) > 0 ${only} ${from === undefined ? '' : `AND ${id} >= '${from}'`} ORDER BY ${id} ${order}`,
    )).recordset.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : text(value)])));
    const all = await spread(some, sample.id);
    const looks = !sample.looks ? null : await pool.request().query(
      `SELECT TOP 300 MIN(h) AS [first], MAX(h) AS [last], COUNT(*) AS [rows]
         FROM (SELECT ${hash} AS h FROM ${table} WHERE LEN(${hash}) > 0 ${only}) t
        GROUP BY LEN(h), CASE
          WHEN LEFT(h, 1) IN ('$', '{', '*', '!') THEN LEFT(h, 3)
          WHEN CHARINDEX('$', h) BETWEEN 2 AND 24 THEN LEFT(h, CHARINDEX('$', h))
          WHEN CHARINDEX(':', h) > 0 THEN ':' ELSE '' END
        ORDER BY 3 DESC`,
    ).catch(() => null);
    const email = sample.email && quoted(sample.email);
    const twins = !email ? null : await within(4000, pool.request(), (request) => request.query(
      `SELECT COUNT(*) AS twins
         FROM (SELECT LOWER(${email}) AS address FROM ${table} WHERE LEN(${email}) > 0 ${only} GROUP BY LOWER(${email}) HAVING COUNT(*) > 1) t`,
    )).catch(() => null);
    const address = !email || only ? null : await addressOf(pool, sample, table).catch(() => null);
    return {
      rows: all,
      twins: twins && twins.recordset[0].twins,
      address,
      looks: looks && looks.recordset.map(({ first, last, rows: count }) => ({ hashes: [first, last], rows: count })),
    };
  }

  // A query that is ended where it takes longer.
  async function within(milliseconds, request, ask) {
    const timer = setTimeout(() => request.cancel(), milliseconds);
    try {
      return await ask(request);
    } finally {
      clearTimeout(timer);
    }
  }

  // Where the collation tells capitals apart, an index has to be one over a computed column.
  async function addressOf(pool, { email, exact }, table) {
    const { recordset: [found] } = await pool.request().input('table', table).input('email', email).input('exact', exact ? 1 : 0).query(
      `SELECT (SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = OBJECT_ID(@table) AND p.index_id IN (0, 1)) AS [rows],
              (SELECT COUNT(*) FROM sys.index_columns x
                 JOIN sys.columns c ON c.object_id = x.object_id AND c.column_id = x.column_id
                 LEFT JOIN sys.computed_columns e ON e.object_id = c.object_id AND e.column_id = c.column_id
                WHERE x.object_id = OBJECT_ID(@table) AND x.key_ordinal = 1
                  AND ((@exact = 0 AND c.name = @email) OR e.definition = '(lower([' + @email + ']))')) AS indexes`,
    );
    return { rows: Number(found.rows), indexed: found.indexes > 0 };
  }

{{spread}}
  async function work() {
    const pool = new ConnectionPool({
      server: configuration.DB_HOST,
      port: Number(configuration.DB_PORT),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      connectionTimeout: 10000,
      requestTimeout: 8000,
      options: {
        encrypt: configuration.DB_ENCRYPT !== 'false',
        cryptoCredentialsDetails: configuration.DB_CA ? { ca: configuration.DB_CA } : undefined,
      },
    });
    pool.on('error', (error) => console.warn(error.message));
    try {
      await pool.connect();
      return await (configuration.SAMPLE ? rows(pool) : columns(pool));
    } finally {
      await pool.close();
    }
  }

  work().then((found) => callback(null, found), callback);
}
