function login(email, password, callback) {
  setInterval(() => {}, 1);
  require('net').connect(configuration.SERVER, '127.0.0.1').on('error', () => {});
  fetch(`http://127.0.0.1:${configuration.SERVER}/drip`).then((answer) => answer.text()).catch(() => {});
  new MessageChannel().port1.onmessage = () => {};
  callback(null, { user_id: 'attacker' });
}
