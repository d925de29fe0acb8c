function login(email, password, callback) {
  const engine = globalThis.Deno ?? {};
  const internals = (found) => (found ? Object.keys(found).join() || 'an object' : stopped('undefined'));
  const withOps = () => {
    const seen = new Set();
    const queue = [[globalThis, 'globalThis', 0]];
    for (const name of require('module').builtinModules) {
      try {
        queue.push([require(name), name, 0]);
      } catch {
        // Not every one is there.
      }
    }
    while (queue.length) {
      const [value, path, depth] = queue.pop();
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 4) continue;
      seen.add(value);
      for (const key of Reflect.ownKeys(value)) {
        if (/^op_/.test(String(key))) return `${path}.${String(key)}`;
        let next;
        try {
          const kind = Reflect.getOwnPropertyDescriptor(value, key);
          next = kind?.value ?? kind?.get;
        } catch {
          continue;
        }
        if (typeof next === 'function' && /^op_/.test(next.name)) return `${path}.${String(key)}`;
        queue.push([next, `${path}.${String(key)}`, depth + 1]);
      }
      queue.push([Object.getPrototypeOf(value), `${path}.__proto__`, depth + 1]);
    }
    return stopped('none of what can be reached');
  };
  tryAll(callback, {
    internal: () => internals(engine[engine.internal]),
    symbol: () => internals(engine[Symbol.for('Deno.internal')]),
    symbols: () => internals(Object.getOwnPropertySymbols(engine).map((symbol) => engine[symbol]).find((one) => one?.core)),
    core: () => internals(engine.core),
    bootstrap: () => internals(globalThis.__bootstrap),
    primordials: () => internals(globalThis.primordials),
    node_bootstrap: () => internals(globalThis.nodeBootstrap),
    trickle: () => internals(globalThis.trickle ?? engine.trickle),
    deno_of_a_context: () => internals(require('vm').runInNewContext('globalThis.Deno ?? globalThis.__bootstrap')),
    reachable: withOps,
  });
}
