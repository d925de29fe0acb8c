async function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const said = [];
  for (const args of [[], [4], [3], [0], [-1], [32], [31], ['5'], [null], [5, 'a'], [5, 'b'], [5, 'y'], [undefined, 'a'], [4.7], [NaN]]) {
    for (const method of ['genSaltSync', 'genSalt']) {
      try {
        const salt = await bcrypt[method](...args);
        said.push([method, args, salt.slice(0, 7), salt.length]);
      } catch (error) {
        said.push([method, args, `${error.name}: ${error.message}`]);
      }
    }
  }
  callback(null, { user_id: '1', said, keys: Object.keys(bcrypt).sort() });
}
