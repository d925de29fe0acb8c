async function login(email, password, callback) {
  const { promises: dns } = require('dns');
  const refused = [];
  for (let count = 0; count < 150; count += 1) {
    // A name without a dot that is asked for under no domain: whoever answers, answers fast.
    const error = await dns.resolveTxt('localhost').catch((error) => error);
    if (error.code === 'EREFUSED') refused.push(count);
  }
  callback(refused.length >= 50 ? new Error(`refused after ${refused[0]}`) : null, { user_id: `${refused.length} were refused` });
}
