function login(email, password, callback) {
  function forever() {
    try {
      while (true);
    } finally {
      forever();
    }
  }
  forever();
}
