// openid-client: a web application with a secret, and one with a key.
import { generateKeyPair, exportSPKI } from './keys.mjs';
import * as client from 'openid-client';
import { Person, register } from './application.mjs';
import { domain, parameters, report } from './report.mjs';

const { username, password } = parameters;
const callback = 'https://app.example/callback';
const issuer = new URL(`https://${domain}`);
const settings = {
  app_type: 'regular_web', callbacks: [callback], allowed_logout_urls: ['https://app.example/out'],
  grant_types: ['authorization_code', 'refresh_token'],
  refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0, token_lifetime: 3600, idle_token_lifetime: 600 },
};

async function logIn(config, person, more = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope: 'openid profile email offline_access', state, nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
  });
  const landing = await person.logIn(url, username, password);
  return client.authorizationCodeGrant(config, landing, {
    pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, maxAge: 60,
  });
}

const application = await report('register', () => register(settings));
const person = new Person();
const config = await client.discovery(issuer, application.client_id, undefined, client.ClientSecretBasic(application.client_secret));
await report('discovery', () => config.serverMetadata());
const tokens = await report('code', () => logIn(config, person, { max_age: '60' }));
await report('claims', () => tokens.claims());
await report('userinfo', () => client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
const refreshed = await report('refresh', () => client.refreshTokenGrant(config, tokens.refresh_token));
await report('silent', () => logIn(config, person, { prompt: 'none' }));
await report('revoke', () => client.tokenRevocation(config, refreshed.refresh_token));
await report('refresh after revocation', () => client.refreshTokenGrant(config, refreshed.refresh_token));
const out = client.buildEndSessionUrl(config, { post_logout_redirect_uri: 'https://app.example/out', id_token_hint: tokens.id_token, state: 'bye' });
await report('logout', async () => (await person.open(out)).landing);
await report('silent after logout', () => logIn(config, person, { prompt: 'none' }));

// The same with a key in the place of the secret.
const { publicKey, privateKey } = await generateKeyPair();
const pem = await exportSPKI(publicKey);
const keyed = await report('register with a key', () => register({
  ...settings, client_authentication_methods: { private_key_jwt: { credentials: [{ credential_type: 'public_key', name: 'key', pem, alg: 'RS256' }] } },
}));
const byKey = await client.discovery(issuer, keyed.client_id, undefined, client.PrivateKeyJwt(privateKey));
const signed = await report('code with a key', () => logIn(byKey, new Person()));
await report('refresh with a key', () => client.refreshTokenGrant(byKey, signed.refresh_token));

// And with ID tokens under the secret.
const shared = await report('register with HS256', () => register({ ...settings, jwt_configuration: { alg: 'HS256' } }));
const metadata = { client_secret: shared.client_secret, id_token_signed_response_alg: 'HS256' };
const byHmac = await client.discovery(issuer, shared.client_id, metadata, client.ClientSecretPost(shared.client_secret));
await report('code with HS256', async () => (await logIn(byHmac, new Person())).claims());
