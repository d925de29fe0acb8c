function login(email, password, callback) {
  class Locked extends UnauthorizedError {
    constructor() {
      super('locked');
      this.locked = true;
    }
  }
  const error = new Locked();
  if (!(error instanceof Locked && error instanceof UnauthorizedError && error.locked)) callback('odd');
  callback(error);
}
