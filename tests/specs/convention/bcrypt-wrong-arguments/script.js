async function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const hash = bcrypt.hashSync('x', '$2b$04$abcdefghijklmnopqrstuu');
  const values = [undefined, null, 4, '4', {}, [], true, Buffer.from('x'), 'not a salt', hash];
  const said = {};
  const shown = (value) => Buffer.isBuffer(value) ? 'buffer' : JSON.stringify(value) ?? 'undefined';
  for (const method of ['hashSync', 'compareSync', 'hash', 'compare']) {
    for (const first of ['x', ...values]) for (const second of values) {
      const key = `${method} ${shown(first)} ${shown(second)}`.replaceAll(hash, 'HASH');
      try {
        const result = await bcrypt[method](first, second);
        said[key] = typeof result === 'boolean' ? result : String(result).slice(0, 7);
      } catch (error) {
        said[key] = `${error.name}: ${error.message}`;
      }
    }
  }
  for (const value of values) {
    try {
      said[`getRounds ${shown(value)}`] = bcrypt.getRounds(value);
    } catch (error) {
      said[`getRounds ${shown(value)}`] = `${error.name}: ${error.message}`;
    }
  }
  const kinds = {};
  for (const [key, value] of Object.entries(said)) (kinds[value] ??= []).push(key);
  callback(null, { user_id: '1', kinds });
}
