// `mysql(options)` and `mysql_pool(options)` of the old sandbox.

const POOL_CONNECTIONS = 30;

/// The package, callable: `mysql(options)` makes a connection.
export function callableMysql(mysql) {
  const callable = (options) => mysql.createConnection(options);
  return Object.defineProperties(callable, Object.getOwnPropertyDescriptors(mysql));
}

/// `mysql_pool(options)`, where options may be an address: one pool for equal options, as long as the worker lives.
export function mysqlPools(mysql) {
  const pools = new Map();
  return (options) => {
    const key = JSON.stringify(options);
    if (!pools.has(key)) {
      const pool =
        typeof options === "string"
          ? mysql.createPool(options)
          : mysql.createPool({ connectionLimit: POOL_CONNECTIONS, ...options });
      pools.set(key, pool);
    }
    return pools.get(key);
  };
}
