// What tables there are, or rows of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: configuration.DB_HOST,
    port: Number(configuration.DB_PORT),
    user: configuration.DB_USER,
    password: configuration.DB_PASSWORD,
    database: configuration.DB_NAME,
    ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : configuration.DB_SSL === 'true',
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
                 WHERE i.indisprimary AND a.attname = c.column_name AND i.indrelid = t.oid) AS key,
              (SELECT ARRAY[fn.nspname, f.relname, fa.attname]::text[]
                 FROM pg_constraint k
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                 JOIN pg_class f ON f.oid = k.confrelid
                 JOIN pg_namespace fn ON fn.oid = f.relnamespace
                 JOIN pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = k.confkey[1]
                WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1 AND k.conrelid = t.oid AND a.attname = c.column_name
                LIMIT 1) AS "references"
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

  async function rows() {
    const sample = JSON.parse(configuration.SAMPLE);
    const quoted = (name) => `"${name.replace(/"/g, '""')}"`;
    const table = sample.table.map(quoted).join('.');
    const [hash, id] = [sample.hash, sample.id].map(quoted);
    // Bytes as text are \x and hexadecimal digits.
    const list = sample.columns.map(({ name }) => `${quoted(name)}::text AS ${quoted(name)}`).join(', ');
    // An output column has the name of the id, too, and is text: the order would be that of texts.
    const only = (sample.only ?? []).map(([name, value]) => `AND ${quoted(name)} = '${value}'`).join(' ');
    const some = async (order, from) => (await client.query(
      `SELECT ${list} FROM ${table} t WHERE ${hash}::text <> '' ${only} ${from === undefined ? '' : `AND t.${id} >= '${from}'`}
        ORDER BY t.${id} ${order} LIMIT 25`,
    )).rows;
    const all = await spread(some, sample.id);
    await client.query('SET statement_timeout = 8000');
    const looks = !sample.looks ? null : await client.query(
      `SELECT min(h) AS first, max(h) AS last, count(*)::int AS rows
         FROM (SELECT ${hash}::text AS h FROM ${table} WHERE ${hash}::text <> '' ${only}) t
        GROUP BY length(h), CASE
          WHEN left(h, 1) IN ('$', '{', '*', '!') THEN left(h, 3)
          WHEN strpos(h, '$') BETWEEN 2 AND 24 THEN left(h, strpos(h, '$'))
          WHEN strpos(h, ':') > 0 THEN ':' ELSE '' END
        ORDER BY 3 DESC LIMIT 300`,
    ).catch(() => null);
    const email = sample.email && quoted(sample.email);
    // Both counts have to end before the script has to.
    await client.query('SET statement_timeout = 4000');
    const twins = !email ? null : await client.query(
      `SELECT count(*)::int AS twins
         FROM (SELECT 1 FROM ${table} WHERE ${email}::text <> '' ${only} GROUP BY lower(${email}::text) HAVING count(*) > 1) t`,
    ).catch(() => null);
    // As PostgreSQL writes the expression of an index; never analysed, a table has no number of rows. Of some of a table's rows no index tells.
    const address = !email || only ? null : await client.query(
      `SELECT greatest(c.reltuples, pg_relation_size(c.oid) / 200)::float8 AS rows, EXISTS (
                SELECT 1 FROM pg_index i
                 WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL
                   AND replace(replace(pg_get_indexdef(i.indexrelid, 1, true), '::text', ''), ' ', '') IN (
                     'lower(' || quote_ident($3) || ')', 'lower((' || quote_ident($3) || '))')) AS indexed
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2`,
      [...sample.table, sample.email],
    ).catch(() => null);
    return {
      rows: all,
      twins: twins && twins.rows[0].twins,
      address: address && address.rows[0],
      looks: looks && looks.rows.map(({ first, last, rows: count }) => ({ hashes: [first, last], rows: count })),
    };
  }

{{spread}}
  async function work() {
    try {
      await client.connect();
      return await (configuration.SAMPLE ? rows() : columns());
    } finally {
      await client.end();
    }
  }

  work().then((found) => callback(null, found), callback);
}
