// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
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

  function add() {
    return withDirectory(async (client) => {
      const { DN } = require('ldapjs');
      if (await first(client, 'mail', user.email)) throw new ValidationError('user_exists', 'The user exists already.');
      const uid = require('crypto').randomUUID();
      const name = user.nickname || user.email.split('@')[0];
      const dn = DN.fromString(`uid=${uid},${configuration.BASE_DN}`).toString();
      await call(client, 'add', dn, {
        objectClass: ['inetOrgPerson'],
        uid,
        cn: user.name || name,
        sn: user.family_name || name,
        mail: user.email,
      });
      try {
        // Password modify (RFC 3062): the directory hashes as it is set up to.
        await call(client, 'exop', '1.3.6.1.4.1.4203.1.11.1', { userIdentity: dn, newPassword: user.password });
      } catch (error) {
        await call(client, 'del', dn);
        throw error;
      }
    });
  }

  add().then(() => callback(null), callback);
}
