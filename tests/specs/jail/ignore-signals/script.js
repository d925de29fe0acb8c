function login(email, password, callback) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGKILL', 'SIGSTOP']) {
    try {
      process.on(signal, () => {});
    } catch {
      // Some cannot be caught.
    }
  }
  while (true);
}
