function login(email, password, callback) {
  request({ url: configuration.HTTP + '/hang', timeout: 1500 }, (err) => {
    const first = [err.code, err.message, err.connect];
    request.post({ url: configuration.HTTP + '/hang', timeout: 1500, json: { email } }, (err) => callback(null, { user_id: '1', email, first, second: [err.code, err.connect] }));
  });
}
