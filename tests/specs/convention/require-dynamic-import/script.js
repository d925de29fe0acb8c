async function login(email, password, callback) {
  const { createHash } = await import('node:crypto');
  const lodash = await import('lodash');
  callback(null, { user_id: createHash('md5').update('x').digest('hex'), lodash: typeof lodash.default.get });
}
