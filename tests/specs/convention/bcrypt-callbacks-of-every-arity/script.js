async function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const said = [];
  const note = (name) => new Promise((resolve) => {
    said.push(name);
    const at = said.length - 1;
    name.push((error, value) => {
      said[at] = [name[0], error ? String(error) : error === undefined ? 'undefined' : error, typeof value === 'string' ? value.slice(0, 7) : value];
      resolve();
    });
    const given = bcrypt[name[0]](...name.slice(1));
    if (given !== undefined) said.push('gives ' + typeof given);
  });
  await note(['genSalt']);
  await note(['genSalt', 4]);
  await note(['genSalt', 4, 'a']);
  await note(['genSalt', 'x']);
  await note(['hash']);
  await note(['hash', 'x']);
  await note(['hash', 'x', 4]);
  await note(['hash', 'x', 'bad salt']);
  await note(['compare']);
  await note(['compare', 'x']);
  await note(['compare', 'x', 'bad hash']);
  await note(['compare', 'x', bcrypt.hashSync('x', 4)]);
  for (const method of ['hash', 'compare']) {
    try { said.push([method, await bcrypt[method]('x', 4, 'not a function')]); } catch (error) { said.push([method, String(error)]); }
    try { said.push([method, typeof await bcrypt[method]('x', method === 'hash' ? 4 : 'h', null)]); } catch (error) { said.push([method, String(error)]); }
  }
  callback(null, { user_id: '1', said });
}
