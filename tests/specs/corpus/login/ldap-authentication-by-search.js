function login(username, password, callback) {
  const ldap = require('ldapjs@2.3.3');
  const client = ldap.createClient({ url: [configuration.LDAP], connectTimeout: 8000, timeout: 8000, reconnect: false });
  client.on('error', (err) => callback(err));
  client.bind('cn=root', 'wrong', (err) => {
    const refused = [err.name, err.code, err.message, err.lde_message];
    client.search('o=nowhere', { scope: 'sub', filter: '(&(objectClass=*)(mail=' + username + '))' }, (err, res) => {
      if (err) return callback(err);
      res.on('searchEntry', () => {});
      res.on('error', (e) => {
        client.unbind();
        callback(null, { user_id: '1', email: username, refused, search: [e.name, e.code, e.message] });
      });
      res.on('end', (result) => callback(null, { user_id: '1', email: username, refused, status: result.status }));
    });
  });
}
