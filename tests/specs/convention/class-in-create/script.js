function create(user, callback) {
  callback(new ValidationError('user_exists', `There is a user ${user.email}.`));
}
