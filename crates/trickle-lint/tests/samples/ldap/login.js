function login(identifier, password, callback) {
  const ldap = require('ldapjs@2');
  const client = ldap.createClient({ url: configuration.LDAP_URL, connectTimeout: 3000, timeout: 3000 });
  client.on('error', (err) => console.warn('ldap', err.code));

  const answer = (err, profile) => {
    client.destroy();
    return callback(err, profile);
  };

  client.bind(configuration.BIND_DN, configuration.BIND_PASSWORD, (bindError) => {
    if (bindError) return answer(bindError);
    const filter = new ldap.EqualityFilter({ attribute: 'uid', value: identifier });
    client.search(configuration.BASE_DN, { scope: 'sub', filter }, (searchError, result) => {
      if (searchError) return answer(searchError);
      let found = null;
      result.on('searchEntry', (entry) => { found = entry.object; });
      result.on('error', answer);
      result.on('end', () => {
        if (!found) return answer(new WrongUsernameOrPasswordError());
        client.bind(found.dn, password, (err) => {
          if (err && err.name === 'InvalidCredentialsError') {
            return answer(new WrongUsernameOrPasswordError(identifier));
          }
          if (err) return answer(err);
          return answer(null, { user_id: found.uidNumber, email: found.mail });
        });
      });
    });
  });
}
