function login(email, password, callback) {
  const text = `${'['.repeat(50000)}${']'.repeat(50000)}`;
  for (;;) {
    try {
      JSON.parse(text);
    } catch {
      // Too deep.
    }
    JSON.parse(`[${'{"a":1},'.repeat(100000)}0]`);
  }
}
