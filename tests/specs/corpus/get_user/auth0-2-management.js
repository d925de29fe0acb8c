async function getUser(email, callback) {
  const { ManagementClient, AuthenticationClient } = require('auth0@2.17.0');
  const https = require('https');
  https.globalAgent.options.ca = configuration.CA;
  const domain = configuration.HTTPS.replace('https://', '');
  const { access_token } = await new AuthenticationClient({ domain, clientId: 'c', clientSecret: 's' }).clientCredentialsGrant({ audience: 'a' });
  const management = new ManagementClient({ token: access_token, domain });
  const user = await management.getUser({ id: 'auth0|42' });
  const [connection] = await management.connections.getAll();
  const updated = await management.connections.update({ id: connection.id }, { options: { ...connection.options, b: 2 } });
  const missing = await management.getUser({ id: 'auth0|1' }).catch((error) => [error.name, error.statusCode, error.message]);
  callback(null, { ...user, updated, missing });
}
