async function login(email, password, callback) {
  const Promise = require('bluebird@3.4.6');
  const q = require('q');
  const async = require('async');
  const util = require('util');
  const mapped = await Promise.map([1, 2, 3], (n) => Promise.delay(5).then(() => n * 2), { concurrency: 2 });
  const settled = await q.allSettled([q(1), q.reject(new Error('no'))]);
  const late = await new Promise((resolve) => setTimeout(resolve, 200)).timeout(20).catch(Promise.TimeoutError, (e) => [e.name, e.message]);
  const series = await util.promisify(async.parallel)({ a: (done) => done(null, 1), b: (done) => setTimeout(done, 5, null, 2) });
  const limited = await async.mapLimit([1, 2], 1, async (n) => n + 1);
  const sleep = util.promisify(setTimeout);
  const woken = await sleep(5, 'up');
  const inspected = util.inspect({ a: [1, { b: new Map([[1, 2]]) }], e: null }, { depth: 3, breakLength: Infinity });
  callback(null, { user_id: '1', email, mapped, settled: settled.map((s) => s.state), late, series, limited, woken, inspected, format: util.format('%s %d %j %o', 'a', 1.5, { a: 1 }, [1]) });
}
