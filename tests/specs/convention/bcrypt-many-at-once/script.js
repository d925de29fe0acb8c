async function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const hashes = await Promise.all(Array.from({ length: 20 }, (_, index) => bcrypt.hash(`${password}${index}`, 4)));
  const same = await Promise.all(hashes.map((hash, index) => bcrypt.compare(`${password}${index}`, hash)));
  callback(null, { user_id: '1', distinct: new Set(hashes).size, same: same.every(Boolean) });
}
