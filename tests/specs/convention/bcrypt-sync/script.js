function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const hash = bcrypt.hashSync(password, bcrypt.genSaltSync(4, 'a'));
  callback(null, { user_id: hash, same: bcrypt.compareSync(password, hash), other: bcrypt.compareSync('', hash), rounds: bcrypt.getRounds(hash) });
}
