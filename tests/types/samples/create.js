/** @type {CreateScript} */
function create(user, callback) {
  bcrypt.hash(user.password, 10, (/** @type {unknown} */ error, /** @type {string} */ hash) => {
    if (error) return callback(new ValidationError("user_exists", `there is ${user.email}`));
    mysql({ host: configuration.HOST }).query("INSERT …", [user.email, hash, user.favourite], callback);
  });
  // @ts-expect-error a code is needed
  callback(new ValidationError());
  // @ts-expect-error a password is text
  user.password = 1;
}
