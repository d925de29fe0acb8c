function login(email, password, callback) {
  const { SOCKET } = configuration;
  const done = (answer) => callback(null, { user_id: `status ${answer.status ?? answer.statusCode}` });
  const failed = (error) => callback(error);
  require('request')(`http://unix:${SOCKET}:/`, (error, answer) => (error ? failed(error) : done(answer)));
}
