// oauth4webapi: an application that cannot keep a secret.
import * as oauth from 'oauth4webapi';
import { Person, register } from './application.mjs';
import { domain, parameters, report } from './report.mjs';

const { username, password } = parameters;
const callback = 'https://spa.example/callback';
const issuer = new URL(`https://${domain}`);
const application = await report('register', () => register({
  app_type: 'spa', callbacks: [callback], token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'],
}));
const client = { client_id: application.client_id };
const none = oauth.None();
const server = await report('discovery', async () => oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer)));

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const nonce = oauth.generateRandomNonce();
const url = new URL(server.authorization_endpoint);
for (const [name, value] of Object.entries({
  client_id: client.client_id, redirect_uri: callback, response_type: 'code', scope: 'openid email offline_access', state, nonce,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
})) url.searchParams.set(name, value);

const person = new Person();
const landing = await report('landing', () => person.logIn(url, username, password));
const answered = oauth.validateAuthResponse(server, client, new URL(landing), state);
const exchange = () => oauth.authorizationCodeGrantRequest(server, client, none, answered, callback, verifier);
const tokens = await report('code', async () =>
  oauth.processAuthorizationCodeResponse(server, client, await exchange(), { expectedNonce: nonce, requireIdToken: true }));
const { sub } = oauth.getValidatedIdTokenClaims(tokens);
await report('userinfo', async () =>
  oauth.processUserInfoResponse(server, client, sub, await oauth.userInfoRequest(server, client, tokens.access_token)));
const refresh = async (token) =>
  oauth.processRefreshTokenResponse(server, client, await oauth.refreshTokenGrantRequest(server, client, none, token));
const next = await report('refresh', () => refresh(tokens.refresh_token));
await report('the code again', async () => (await exchange()).status);
await report('refresh after the code came twice', () => refresh(next.refresh_token));
