// The authentication client of versions 2 and 3 of the SDK.
import { createRequire } from 'node:module';
import { clientId, clientSecret, domain, parameters, report, sdk } from './report.mjs';

const { AuthenticationClient } = createRequire(import.meta.url)(sdk);
const { connectionName: connection, username, password } = parameters;
const auth = new AuthenticationClient({ domain, clientId, clientSecret });

// `/oauth/ro`; the SDK validates the ID token itself.
const tokens = await report('sign in', () => auth.database.signIn({ username, password, connection, scope: 'openid email' }));
await report('wrong password', () => auth.database.signIn({ username, password: 'wrong', connection }));
await report('profile', () => auth.getProfile(tokens.access_token));
await report('password grant', () => auth.passwordGrant({ username, password, realm: connection, scope: 'openid email' }));
await report('sign-up', () => auth.database.signUp({ email: 'new@example.com', password: 'A-new-password-9', connection }));
await report('change password', () => auth.database.requestChangePasswordEmail({ email: username, connection }));
