function changePassword(email, newPassword, callback) {
  const ldap = require('ldapjs@2.3.3');
  const client = ldap.createClient({ url: configuration.LDAP });
  const change = new ldap.Change({ operation: 'replace', modification: { userPassword: newPassword } });
  client.modify('uid=ann, ou=people, o=legacy', change, (err) => {
    client.destroy();
    callback(err, !err);
  });
}
