async function login(email, password, callback) {
  const { ManagementClient, AuthenticationClient } = require('auth0@4.3.1');
  const management = new ManagementClient({ domain: 'tenant.invalid', token: 't', baseUrl: configuration.HTTP, fetch: (url, init) => fetch(String(url).replace('https://tenant.invalid', configuration.HTTP), init) });
  const { data } = await management.users.get({ id: 'auth0|42' });
  const missing = await management.users.get({ id: 'auth0|43' }).catch((e) => [e.name, e.statusCode, e.errorCode, e.message]);
  const authentication = new AuthenticationClient({ domain: 'tenant.invalid', clientId: 'c', clientSecret: 's', fetch: (url, init) => fetch(String(url).replace('https://tenant.invalid', configuration.HTTP), init) });
  const { data: tokens } = await authentication.oauth.passwordGrant({ username: email, password });
  const wrong = await authentication.oauth.passwordGrant({ username: email, password: 'x' }).catch((e) => [e.name, e.error, e.error_description, e.statusCode]);
  callback(null, { user_id: data.user_id, email: data.email, missing, token: tokens.access_token, wrong });
}
