/** @type {GetUserScript} */
function getUser(email, callback) {
  request.get({ url: configuration.URL + email, json: true }, callback);
  callback(null);
}

/** @type {VerifyScript} */
function verify(email, callback) {
  postgres(configuration.DB, (error, client, done) => {
    done();
    callback(error, email.length > 0);
  });
}

/** @type {ChangePasswordScript} */
function changePassword(email, newPassword, callback) {
  callback(null, newPassword !== email);
  callback(null, { last_password_reset: new Date() });
  // @ts-expect-error neither a truth value nor a time
  callback(null, "changed");
}

/** @type {ChangeEmailScript} */
function changeEmail(email, newEmail, verified, callback) {
  callback(null, verified && email !== newEmail);
  // @ts-expect-error verified is a truth value
  verified.trim();
}

/** @type {DeleteScript} */
function remove(id, callback) {
  // @ts-expect-error an id is text
  if (id > 5) callback(null);
  callback(new Error(`cannot remove ${id}`));
}

/** @type {CountScript} */
function count(callback) {
  callback(null, 48000);
  callback(null, "48000");
  // @ts-expect-error a number, not what was asked for
  callback(null, { users: 48000 });
}
