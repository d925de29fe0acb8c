// The authentication client of version 4 and later of the SDK, for all that `login.mjs` leaves out.
import { register } from './application.mjs';
import { domain, parameters, report, sdk } from './report.mjs';

const { AuthenticationClient } = await import(sdk === 'auth0v7' ? 'auth0v7/legacy' : sdk);
const { connectionName: connection, username, password } = parameters;
const application = await report('register', () => register({
  app_type: 'regular_web', grant_types: ['http://auth0.com/oauth/grant-type/password-realm', 'refresh_token'],
  refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0 },
}));
const auth = new AuthenticationClient({ domain, clientId: application.client_id, clientSecret: application.client_secret });
const data = (call) => async () => (await call()).data;

const tokens = await report('login', data(() =>
  auth.oauth.passwordGrant({ username, password, realm: connection, scope: 'openid offline_access' })));
const refreshed = await report('refresh', data(() => auth.oauth.refreshTokenGrant({ refresh_token: tokens.refresh_token })));
await report('revoke', async () => (await auth.oauth.revokeRefreshToken({ token: refreshed.refresh_token })).status);
await report('refresh after revocation', data(() => auth.oauth.refreshTokenGrant({ refresh_token: refreshed.refresh_token })));
await report('sign-up', data(() => auth.database.signUp({ email: 'new@example.com', password: 'A-new-password-9', connection })));
await report('sign-up again', data(() => auth.database.signUp({ email: 'new@example.com', password: 'A-new-password-9', connection })));
await report('change password', data(() => auth.database.changePassword({ email: username, connection })));

// The SDK checks the signature with the secret of the application.
const shared = await report('register with HS256', () => register({
  app_type: 'regular_web', grant_types: ['http://auth0.com/oauth/grant-type/password-realm'], jwt_configuration: { alg: 'HS256' },
}));
const hmac = (clientSecret) => new AuthenticationClient({
  domain, clientId: shared.client_id, clientSecret, idTokenSigningAlg: 'HS256',
});
const login = { username, password, realm: connection, scope: 'openid' };
await report('login with HS256', data(() => hmac(shared.client_secret).oauth.passwordGrant(login)));
const strict = new AuthenticationClient({ domain, clientId: shared.client_id, clientSecret: shared.client_secret });
await report('HS256 where RS256 is expected', data(() => strict.oauth.passwordGrant(login)));
