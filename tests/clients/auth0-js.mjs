// auth0-js in Chromium.
import { register } from './application.mjs';
import { launch, open, serve, tenant, whole } from './browser.mjs';
import { parameters, report } from './report.mjs';

const { connectionName, username, password, screenshots, hosts } = parameters;
const server = await serve('auth0-js/dist/auth0.min.js');
const { port } = server.address();
const origin = `https://${hosts.application}:${port}`;
const application = await report('register', () => register({
  app_type: 'spa', callbacks: [`${origin}/`], web_origins: [origin], allowed_logout_urls: [`${origin}/out`],
  token_endpoint_auth_method: 'none', cross_origin_authentication: true,
  grant_types: ['implicit', 'authorization_code', 'http://auth0.com/oauth/grant-type/password-realm'],
}));
const browser = await launch();

try {
  const page = await open(browser);
  const home = async (at = origin) => page.goto(`${at}/`);
  /** Calls a method of the library in the page: `path` like `client.login`. */
  const call = (path, argument) => page.evaluate(({ settings, path, argument }) => new Promise((resolve, reject) => {
    const web = new auth0.WebAuth(settings);
    const names = path.split('.');
    const last = names.pop();
    const target = names.reduce((inner, name) => inner[name], web);
    const done = (error, value) => (error ? reject(new Error(JSON.stringify(error))) : resolve(value ?? null));
    if (argument === undefined) target[last](done);
    else target[last](argument, done);
  }), { settings: settings(), path, argument });
  const settings = () => ({
    domain: tenant, clientID: application.client_id, redirectUri: `${origin}/`, responseType: 'token id_token', scope: 'openid profile email',
  });
  /** Leaves the page by a method of the library and waits until the application is back, with its library. */
  const leave = (path, argument) => page.evaluate(({ settings, path, argument }) => {
    const web = new auth0.WebAuth(settings);
    web[path](argument, () => {});
  }, { settings: settings(), path, argument });
  const landed = () => page.waitForFunction((origin) => location.origin === origin && (location.hash || location.pathname !== '/')
    && document.readyState === 'complete', {}, origin);
  const result = () => page.evaluate((settings) => new Promise((resolve, reject) => {
    new auth0.WebAuth(settings).parseHash((error, value) => (error ? reject(new Error(JSON.stringify(error))) : resolve(value)));
  }), settings());
  const shoot = async (name) => screenshots && page.screenshot({ path: `${screenshots}/${name}.png` });

  await home();
  const login = { realm: connectionName, username, password, scope: 'openid profile email' };
  const tokens = await report('login', () => call('client.login', login));
  await report('userinfo', () => call('client.userInfo', tokens.accessToken));
  await report('wrong password', () => call('client.login', { ...login, password: 'wrong' }));
  const person = { connection: connectionName, email: 'new@example.com', password: 'A-new-password-9' };
  await report('sign-up', () => call('signup', person));
  await report('change password', () => call('changePassword', { connection: connectionName, email: username }));

  await report('cross-origin login', async () => {
    await Promise.all([landed(), leave('login', { realm: connectionName, username, password })]);
    return result();
  });
  await home();
  await report('silent', () => call('checkSession', {}));
  await report('logout', async () => {
    await Promise.all([landed(), leave('logout', { returnTo: `${origin}/out` })]);
    return page.url();
  });
  await home();
  await report('silent after logout', () => call('checkSession', {}));

  await report('page', async () => {
    await Promise.all([whole(page, '#username'), leave('authorize', {})]);
    for (const [name, width, scheme] of [['wide', 1280, 'light'], ['narrow', 360, 'light'], ['dark', 1280, 'dark']]) {
      await page.setViewport({ width, height: 800 });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await shoot(`login-${name}`);
    }
    await page.type('#username', username);
    await page.type('#password', 'wrong');
    await Promise.all([whole(page, '#problem'), page.click('button[type=submit]')]);
    await shoot('login-wrong');
    const problem = await page.$eval('#problem', (element) => element.textContent);
    await page.type('#password', password);
    await Promise.all([landed(), page.click('button[type=submit]')]);
    return { problem, ...(await result()) };
  });

  const stranger = `https://${hosts.stranger}:${port}`;
  await home(stranger);
  await report('from elsewhere', () => call('client.login', login));
} finally {
  await browser.close();
  server.close();
}
