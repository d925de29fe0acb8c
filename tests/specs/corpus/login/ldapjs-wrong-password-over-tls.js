function login(username, password, callback) {
  const ldap = require('ldapjs@2');
  const client = ldap.createClient({ url: configuration.LDAPS, tlsOptions: { ca: [configuration.CA], host: 'localhost' } });
  client.on('error', callback);
  client.bind('uid=ann, ou=people, o=legacy', 'wrong', function (err) {
    client.unbind();
    if (err) return callback(err);
    callback(null, { user_id: '1' });
  });
}
