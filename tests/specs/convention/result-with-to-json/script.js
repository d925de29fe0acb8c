function login(email, password, callback) {
  class ObjectId { toJSON(key) { return '5f' + key; } toString() { return 'x'; } }
  callback(null, { user_id: new ObjectId(), nested: [new ObjectId()], again: { toJSON() { return { toJSON() { return 1; } }; } }, gone: { toJSON() {} } });
}
