// Logs people in as a web application does; the SDK validates the ID token itself.
import { clientId, clientSecret, domain, parameters, report, sdk } from './report.mjs';

// Version 7 has no authentication client of its own any more, but brings that of version 4.
const { AuthenticationClient, UserInfoClient } = await import(sdk === 'auth0v7' ? 'auth0v7/legacy' : sdk);

const auth = new AuthenticationClient({ domain, clientId, clientSecret });
const users = new UserInfoClient({ domain });
for (const { username, password, realm } of parameters.logins) {
  const tokens = await report('login', async () => {
    const { data } = await auth.oauth.passwordGrant({ username, password, realm, scope: 'openid profile email' });
    return data;
  });
  if (!tokens) continue;
  await report('id_token', () => JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url')));
  await report('userinfo', async () => (await users.getUserInfo(tokens.access_token)).data);
}
