function login(email, password, callback) {
  let deep = {};
  for (let depth = 0; depth < 100000; depth += 1) deep = { deep };
  console.log(deep);
  console.log('%o'.repeat(100000), deep);
  console.log({ [require('util').inspect.custom]: () => 'x'.repeat(1 << 20) });
  console.log(new Proxy({}, { ownKeys() { throw new Error('trap'); } }));
  console.log(Array.from({ length: 1e6 }));
  console.table(Array.from({ length: 1000 }, () => ({ a: 1 })));
  callback(null, { user_id: 'attacker' });
}
