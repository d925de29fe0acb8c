async function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const salt = await bcrypt.genSalt(5);
  const hash = await bcrypt.hash(password, salt);
  callback(null, {
    user_id: hash,
    salted: hash.startsWith(salt),
    same: await bcrypt.compare(password, hash),
    buffer: await bcrypt.compare(Buffer.from(password), hash),
    other: await bcrypt.compare(password + ' ', hash),
    rounds: bcrypt.getRounds(hash),
  });
}
