// auth0-spa-js in Chromium: an application of one page, which has no secret.
import { register } from './application.mjs';
import { fillLogin, launch, open, serve, tenant } from './browser.mjs';
import { parameters, report } from './report.mjs';

const server = await serve('@auth0/auth0-spa-js/dist/auth0-spa-js.production.js');
const origin = `https://${parameters.hosts.application}:${server.address().port}`;
const application = await report('register', () => register({
  app_type: 'spa', callbacks: [`${origin}/`], web_origins: [origin], allowed_logout_urls: [`${origin}/out`],
  token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'],
  refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0, token_lifetime: 3600, idle_token_lifetime: 600 },
}));
const browser = await launch();

try {
  const page = await open(browser);
  /** Makes the application's client in the page where it is. */
  const start = (more) => page.evaluate((settings) => {
    globalThis.client = new auth0.Auth0Client(settings);
  }, { domain: tenant, clientId: application.client_id, authorizationParams: { redirect_uri: `${origin}/` }, ...more });
  const home = async (more) => {
    await page.goto(`${origin}/`);
    await start(more);
  };
  /** Calls a method of the client. */
  const call = async (method, argument) => {
    const { value, failed } = await page.evaluate(async ({ method, argument }) => {
      try {
        return { value: await client[method](argument) };
      } catch (error) {
        return { failed: { ...error, message: error.message } };
      }
    }, { method, argument });
    if (failed) throw Object.assign(new Error(failed.message), failed);
    return value;
  };
  /** Leaves the page by a method of the client. */
  const leave = (method, argument) => page.evaluate(({ method, argument }) => {
    client[method](argument);
  }, { method, argument });
  /** Waits until the application is back, in a page where nobody made a client yet, with its library. */
  const landed = () => page.waitForFunction((origin) => location.origin === origin && globalThis.client === undefined
    && document.readyState === 'complete', {}, origin);
  /** By the session, unless there is something to do at the page. */
  const logIn = async (more, atThePage = async () => {}) => {
    await home(more);
    await leave('loginWithRedirect', { appState: { target: '/cart' } });
    await atThePage();
    await landed();
    await start(more);
    const { appState } = await call('handleRedirectCallback');
    return { appState, user: await call('getUser'), claims: await call('getIdTokenClaims') };
  };
  const fresh = { cacheMode: 'off', detailedResponse: true };

  await home();
  await report('silent before login', () => call('getTokenSilently', fresh));
  await report('login', () => logIn({}, () => fillLogin(page)));
  // By a page in a frame that has the session.
  await report('silent', () => call('getTokenSilently', fresh));
  await home();
  await report('after a reload', async () => {
    await call('checkSession');
    return call('getUser');
  });

  // Refresh tokens that the page does not see: a worker keeps them.
  await report('login with a worker', () => logIn({ useRefreshTokens: true }));
  await report('refresh', () => call('getTokenSilently', fresh));
  await report('refresh with the next token', () => call('getTokenSilently', fresh));

  // The same where they can be seen.
  const seen = { useRefreshTokens: true, cacheLocation: 'localstorage' };
  const kept = () => page.evaluate(() => Object.entries(localStorage).find(([, text]) => JSON.parse(text).body?.refresh_token));
  const keep = (entry) => page.evaluate(([name, text]) => localStorage.setItem(name, text), entry);
  const token = ([, text]) => JSON.parse(text).body.refresh_token;
  await report('login with kept tokens', () => logIn(seen));
  const first = await kept();
  await report('rotation', async () => {
    await call('getTokenSilently', fresh);
    return [token(first), token(await kept())];
  });
  const second = await kept();
  await keep(first);
  await report('an exchanged token', () => call('getTokenSilently', fresh));
  await keep(second);
  await report('the token after it', () => call('getTokenSilently', fresh));
  await home({ ...seen, useRefreshTokensFallback: true });
  await report('by the session instead', () => call('getTokenSilently', fresh));

  await report('logout', async () => {
    await leave('logout', { logoutParams: { returnTo: `${origin}/out` } });
    await landed();
    return page.url();
  });
  await home();
  await report('silent after logout', () => call('getTokenSilently', fresh));
} finally {
  await browser.close();
  server.close();
}
