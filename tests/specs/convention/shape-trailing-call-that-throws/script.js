function create(user, callback) {
  callback(null);
}

create({ email: 'me@example.org' }, callback);
