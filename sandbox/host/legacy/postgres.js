// `pg.connect(config, (error, client, done) => …)`, which the package had up to version 6 and scripts still call.

const pools = new Map();

/// Queries of old clients were emitters of rows, and thenable.
function withOldQuery(pg, client) {
  if (Object.hasOwn(client, "query")) return client;
  const query = client.query;
  client.query = function (...args) {
    const isOld = typeof args[0] !== "object" || args[0] === null || typeof args[0].submit !== "function";
    if (!isOld || typeof args.at(-1) === "function") return query.apply(this, args);
    const started = new pg.Query(...args);
    const ended = new Promise((resolve, reject) => started.once("end", resolve).once("error", reject));
    ended.catch(() => {});
    started.then = (...handlers) => ended.then(...handlers);
    started.catch = (handler) => ended.catch(handler);
    return query.call(this, started);
  };
  return client;
}

function poolFor(pg, config) {
  const key = JSON.stringify(config ?? null);
  if (!pools.has(key)) {
    const pool = new pg.Pool(typeof config === "string" ? { connectionString: config } : { ...config });
    // A connection that breaks while nobody uses it is replaced at the next call.
    pool.on("error", () => {});
    pools.set(key, pool);
  }
  return pools.get(key);
}

/// `connect` for a version of `pg` that has none; pools live as long as the worker.
export function connectOf(pg) {
  return (config, callback) => {
    const [given, done] = typeof config === "function" ? [undefined, config] : [config, callback];
    poolFor(pg, given).connect((error, client, release) => {
      if (error) done(error, null, () => {});
      else done(null, withOldQuery(pg, client), release);
    });
  };
}

/// The package with `connect`, which it does not show among its keys.
export function withOldConnect(pg) {
  if (pg.connect === undefined) {
    Object.defineProperty(pg, "connect", { value: connectOf(pg), writable: true, configurable: true });
  }
  return pg;
}
