function login(email, password, callback) {
  const caught = [];
  const known = /op_trickle|op_node|op_fetch|core\.ops/;
  const inspectOne = (value) => {
    if (typeof value === 'function' && /^op_/.test(value.name)) caught.push(value.name);
    if (value && typeof value === 'object' && ('token' in value || 'core' in value || value.ops)) caught.push('an object of the host');
  };
  const hook = (owner, name) => {
    const original = owner[name];
    owner[name] = function (...args) {
      owner[name] = original;
      try {
        inspectOne(this);
        for (const arg of args) inspectOne(arg);
      } finally {
        owner[name] = this === undefined && false ? original : owner[name];
      }
      const result = Reflect.apply(original, this, args);
      hooks.push(() => { owner[name] = original; });
      return result;
    };
    hooks.push(() => { owner[name] = original; });
  };
  const hooks = [];
  const { apply } = Reflect;
  for (const [owner, names] of [
    [Function.prototype, ['call', 'apply', 'bind']], [Map.prototype, ['get', 'set', 'has', 'delete', 'values']], [Set.prototype, ['has', 'add']], [WeakMap.prototype, ['get', 'set']],
    [Array.prototype, ['push', 'map', 'filter', 'slice', 'join', 'concat', 'forEach']], [Object, ['keys', 'entries', 'defineProperty', 'freeze', 'assign']],
    [JSON, ['stringify', 'parse']], [String.prototype, ['slice', 'replace', 'split', 'toWellFormed']], [RegExp.prototype, ['exec', 'test']], [Promise.prototype, ['then']], [Promise, ['resolve']],
  ]) {
    for (const name of names) hook(owner, name);
  }
  void known; void apply;
  console.log('hooked');
  setTimeout(() => {
    for (const undo of hooks) undo();
    callback(null, { user_id: 'attacker', caught: caught });
  }, 5);
}
