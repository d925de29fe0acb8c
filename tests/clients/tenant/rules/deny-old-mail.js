function (user, context, callback) {
  if (/@initrode\.example$/.test(user.email)) {
    return callback(new UnauthorizedError('Initrode is no more.'));
  }
  callback(null, user, context);
}
