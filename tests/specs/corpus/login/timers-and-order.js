function login(email, password, callback) {
  const order = [];
  const once = new Set();
  setTimeout(() => {
    setTimeout(() => once.add('timeout'), 0);
    setImmediate(() => once.add('immediate'));
    Promise.resolve().then(() => order.push('promise'));
    process.nextTick(() => order.push('tick'));
    queueMicrotask(() => order.push('microtask'));
    const interval = setInterval(() => { order.push('interval'); clearInterval(interval); }, 20);
    order.push('sync');
  }, 1);
  const never = setTimeout(() => order.push('never'), 100000);
  never.unref();
  setTimeout(() => callback(null, { user_id: '1', email, order, both: once.size, ref: never.hasRef(), refreshed: typeof never.refresh, primitive: typeof never[Symbol.toPrimitive]() }), 400);
}
