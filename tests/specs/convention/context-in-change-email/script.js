function changeEmail(email, newEmail, verified, context, callback) {
  callback(null, [verified, context.organization.id]);
}
