function login(email, password, callback) {
  const { SOCKET } = configuration;
  const done = (answer) => callback(null, { user_id: `status ${answer.status ?? answer.statusCode}` });
  const failed = (error) => callback(error);
  require('axios').get('http://localhost/', { socketPath: SOCKET }).then(done, failed);
}
