// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
  // A client of its own for each run: a bind changes who the connection is.
  function opened() {
    const ldap = require('ldapjs');
    const client = ldap.createClient({
      url: configuration.LDAP_URL,
      tlsOptions: configuration.LDAP_CA ? { ca: configuration.LDAP_CA } : undefined,
      connectTimeout: 5000,
      timeout: 10000,
      reconnect: false,
    });
    return client;
  }

  // Calls a method of the client; what breaks the connection fails the call.
  function call(client, method, ...parameters) {
    return new Promise((resolve, reject) => {
      client.once('error', reject);
      client.once('connectError', reject);
      client.once('connectTimeout', () => reject(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })));
      client[method](...parameters, (error, result) => (error ? reject(error) : resolve(result)));
    });
  }

  // The first entry that has a value in an attribute, as an object of texts.
  async function first(client, attribute, value) {
    const { EqualityFilter } = require('ldapjs');
    const found = await call(client, 'search', configuration.BASE_DN, {
      scope: 'sub',
      filter: new EqualityFilter({ attribute, value }),
      attributes: ['entryUUID', 'mail', 'cn', 'givenName', 'sn', 'uid'],
      sizeLimit: 2,
    });
    return new Promise((resolve, reject) => {
      let entry;
      found.on('searchEntry', ({ pojo }) => {
        entry = { dn: pojo.objectName };
        for (const { type, values } of pojo.attributes) entry[type] = values[0];
      });
      found.on('error', reject);
      found.on('end', () => resolve(entry));
    });
  }

  // Opens, binds as the reader, works, closes.
  async function withDirectory(work) {
    const client = opened();
    try {
      await call(client, 'bind', configuration.BIND_DN, configuration.BIND_PASSWORD);
      return await work(client);
    } finally {
      client.destroy();
    }
  }

  async function check() {
    // A bind without a password is anonymous, and succeeds for everybody.
    if (!password) throw new WrongUsernameOrPasswordError(email);
    return withDirectory(async (client) => {
      const entry = await first(client, 'mail', email);
      // Unknown users cost a bind as well, so that the time taken does not tell who exists.
      const dn = entry ? entry.dn : `uid=nobody,${configuration.BASE_DN}`;
      try {
        await call(client, 'bind', dn, password);
      } catch (error) {
        // 49: invalid credentials. Everything else is no verdict on the password.
        if (error.code !== 49) throw error;
        throw entry ? new WrongUsernameOrPasswordError(email) : new WrongUsernameOrPasswordError();
      }
      if (!entry) throw new WrongUsernameOrPasswordError();
      return {
        user_id: `ldap|${entry.entryUUID}`,
        email: entry.mail,
        // Whoever keeps the directory knows whether its addresses were confirmed.
        email_verified: configuration.EMAIL_VERIFIED === 'true',
        name: entry.cn,
        given_name: entry.givenName,
        family_name: entry.sn,
        nickname: entry.uid,
      };
    });
  }

  check().then((profile) => callback(null, profile), callback);
}
