function create(user, callback) {
  const own = user.user_metadata.hasOwnProperty('a');
  callback(null, [user.hasOwnProperty('email'), own, `${user}`, user instanceof Object, user.constructor === Object]);
}
