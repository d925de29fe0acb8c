function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const argon2 = require('argon2');
  const huge = 'x'.repeat(1 << 20);
  const tried = async (act) => {
    try {
      await act();
      return 'took it';
    } catch (error) {
      return error instanceof Error ? 'refused' : typeof error;
    }
  };
  const odd = [undefined, null, -1, NaN, 1e308, 2 ** 53, {}, [], Symbol('x'), 1n, huge, '\0', '\ud800', new Proxy({}, {}), { toString() { throw new Error('x'); } }, new Uint8Array(1 << 16)];
  (async () => {
    let count = 0;
    for (const value of odd) {
      await tried(() => bcrypt.compare(value, value));
      await tried(() => bcrypt.compareSync('x', value));
      await tried(() => bcrypt.hash('x', value === undefined ? -1 : value && typeof value === 'number' ? -value : value));
      await tried(() => argon2.verify(value, 'x'));
      await tried(() => argon2.verify('$argon2id$v=19$m=4294967295,t=4294967295,p=4294967295$c2FsdHNhbHQ$aGFzaA', 'x'));
      await tried(() => argon2.hash('x', { memoryCost: value, timeCost: 1, parallelism: 1 }));
      await tried(() => require(value));
      await tried(() => console.log(value));
      await tried(() => process.stdout.write(value));
      count += 1;
    }
    callback(null, { user_id: 'attacker', count });
  })();
}
