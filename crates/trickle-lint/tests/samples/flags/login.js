function login(email, password, callback) {
  const { Client } = require('pg@8.7.1');
  const client = new Client({ connectionString: configuration.DATABASE_URL, ssl: { rejectUnauthorized: true } });
  let answered = false;
  const timer = setTimeout(() => {
    if (!answered) {
      answered = true;
      callback(new Error('no answer from the database'));
    }
  }, 8000);
  client.connect().then(() => client.query('SELECT * FROM find_user($1)', [email]))
    .then((result) => {
      const row = result.rows[0];
      if (!row) throw new WrongUsernameOrPasswordError();
      return require('bcrypt').compare(password, row.hash).then((same) => {
        if (!same) throw new WrongUsernameOrPasswordError(email);
        return row;
      });
    })
    .then((row) => ({ user_id: 'pg|' + row.id, email: row.email }))
    .then((profile) => done(null, profile), (error) => done(error));

  function done(error, profile) {
    client.end();
    clearTimeout(timer);
    if (answered) return;
    answered = true;
    callback(error, profile);
  }
}
