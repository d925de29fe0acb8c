async function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const long = 'x'.repeat(72);
  const salts = ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.', '$2b$05$abcdefghijklmnopqrstuu', '$2a$04$abcdefghijklmnopqrstuv', '$2b$06$zzzzzzzzzzzzzzzzzzzzzOmorethanasalt'];
  const passwords = ['', 'U*U', 'pässwörd', '😀', long, long + 'y', 'nul\0byte', 'a\nb', '\ud800'];
  const all = [];
  for (const salt of salts) for (const text of passwords) all.push(bcrypt.hashSync(text, salt));
  all.push(await bcrypt.hash(Buffer.from([255, 0, 254]), salts[0]));
  callback(null, { user_id: '1', all });
}
