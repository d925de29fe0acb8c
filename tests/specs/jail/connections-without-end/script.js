function login(email, password, callback) {
  const net = require('net');
  let open = 0;
  let failed = 0;
  const settled = () => {
    if (open + failed < 200) return;
    callback(open > 100 ? null : new Error('refused'), { user_id: `${open} are open` });
  };
  for (let count = 0; count < 200; count += 1) {
    net.connect(configuration.SERVER, '127.0.0.1')
      .on('connect', () => { open += 1; settled(); })
      .on('error', () => { failed += 1; settled(); });
  }
}
