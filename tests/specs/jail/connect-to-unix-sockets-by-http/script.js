function login(email, password, callback) {
  const { SOCKET } = configuration;
  const done = (answer) => callback(null, { user_id: `status ${answer.status ?? answer.statusCode}` });
  const failed = (error) => callback(error);
  require('http').get({ socketPath: SOCKET, path: '/' }, done).on('error', failed);
}
