function verify(email, callback) {
  request.get(configuration.HTTP + '/status/404', (err, response) => {
    if (response.statusCode === 200) callback(null, true);
  });
}
