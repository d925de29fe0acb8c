function login(email, password, callback) {
  callback(null, [
    new WrongUsernameOrPasswordError('42', 'no luck'),
    new ValidationError('user_exists', 'no luck'),
    new UnauthorizedError('no luck'),
  ].map(({ name, code, user_id, message, description, statusCode, constructor }) =>
    ({ name, code, user_id, message, description, statusCode, constructor: constructor.name })));
}
