async function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const hash = bcrypt.hashSync(password, '$2b$04$abcdefghijklmnopqrstuu');
  const long = bcrypt.hashSync('x'.repeat(80), 4);
  const results = {};
  const stored = { same: hash, y: hash.replace('$2b', '$2y'), a: hash.replace('$2b', '$2a'), none: '', short: hash.slice(0, 59), longer: hash + 'x',
    words: 'not a hash', cost: hash.replace('$04', '$05'), tail: hash.slice(0, 59) + '.', salt: '$2b$04$abcdefghijklmnopqrstuu', two: hash.replace('$2b', '$2'), x: hash.replace('$2b', '$2x'), plain: password };
  for (const [name, value] of Object.entries(stored)) results[name] = [bcrypt.compareSync(password, value), await bcrypt.compare(password, value)];
  results.seventyTwo = ['x'.repeat(72), 'x'.repeat(71), 'x'.repeat(90)].map((text) => bcrypt.compareSync(text, long));
  callback(null, { user_id: '1', ...results });
}
