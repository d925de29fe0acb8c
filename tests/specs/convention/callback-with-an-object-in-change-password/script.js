function changePassword(email, newPassword, callback) {
  callback(null, { last_password_reset: new Date(0) });
}
