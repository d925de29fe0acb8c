function login(email, password, callback) {
  const list = [1, 2];
  list.constructor = { [Symbol.species]: function () { throw new Error('species'); } };
  let depth = 0;
  callback(null, {
    user_id: 'attacker',
    list: list,
    date: new Date(NaN),
    thenable: { then(resolve) { resolve('x'); } },
    primitive: { [Symbol.toPrimitive]: () => { throw new Error('primitive'); } },
    endless: { toJSON() { depth += 1; return depth > 1e5 ? 1 : { toJSON: this.toJSON }; } },
  });
}
