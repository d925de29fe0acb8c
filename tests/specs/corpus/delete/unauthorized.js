async (id, callback) => {
  if (id !== '1') throw new UnauthorizedError('not you: ' + id);
  callback(null);
}
