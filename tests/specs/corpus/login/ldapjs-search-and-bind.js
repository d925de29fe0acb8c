function login(username, password, callback) {
  const ldap = require('ldapjs');
  const client = ldap.createClient({ url: configuration.LDAP, connectTimeout: 3000, timeout: 3000 });
  client.on('error', (err) => callback(err));
  client.bind('cn=admin', "admin's password", (err) => {
    if (err) return callback(err);
    client.search('o=legacy', { scope: 'sub', filter: `(mail=${username})`, attributes: ['uid', 'mail', 'cn'] }, (err, res) => {
      if (err) return callback(err);
      let entry;
      res.on('searchEntry', (found) => { entry = found; });
      res.on('error', callback);
      res.on('end', (result) => {
        if (!entry) return callback(new WrongUsernameOrPasswordError(username));
        client.bind(entry.dn.toString(), password, (err) => {
          client.destroy();
          if (err) return callback(new WrongUsernameOrPasswordError(username, err.name));
          const values = Object.fromEntries(entry.attributes.map((a) => [a.type, a.values]));
          callback(null, { user_id: values.uid[0], email: values.mail[0], mails: values.mail, name: values.cn[0], status: result.status });
        });
      });
    });
  });
}
