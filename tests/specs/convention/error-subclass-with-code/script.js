function login(email, password, callback) {
  class StoreError extends Error {
    constructor(message) {
      super(message);
      this.name = 'StoreError';
      this.code = 'E_STORE';
    }
  }
  callback(new StoreError('no luck'));
}
