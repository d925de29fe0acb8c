function changePassword(email, newPassword, callback) {
  request.patch({ url: configuration.HTTP + '/users/nobody', json: { password: newPassword }, auth: { username: 'u', password: 'p' } }, (err, response, body) => {
    if (err) return callback(err);
    if (response.statusCode === 404) return callback(new ValidationError('password_reuse', 'Das Kennwort wurde schon benutzt – bitte ein anderes.'));
    callback(null, response.statusCode === 200);
  });
}
