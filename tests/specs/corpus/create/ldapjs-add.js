function create(user, callback) {
  const ldap = require('ldapjs');
  const client = ldap.createClient({ url: configuration.LDAP });
  client.add('uid=ann, ou=people, o=legacy', { mail: user.email, objectclass: ['person'] }, (err) => {
    client.destroy();
    if (err) return callback(new ValidationError(err.name, err.message));
    callback(null);
  });
}
