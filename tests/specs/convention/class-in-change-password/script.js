function changePassword(email, newPassword, callback) {
  callback(new ValidationError('password_reuse', 'Take another one.'));
}
