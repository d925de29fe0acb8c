// express-openid-connect: a web application of its own with a secret, and one whose answers come by a form.
import { createServer } from 'node:http';
import express from 'express';
import oidc from 'express-openid-connect';
import { Person, register } from './application.mjs';
import { domain, parameters, report } from './report.mjs';

const { auth, requiresAuth } = oidc;
const { username, password } = parameters;

/** An application on a free port, with a client of its own. */
class Application {
  static async start(client, settings) {
    const app = express();
    const server = createServer(app);
    await new Promise((resolve) => server.listen(0, 'localhost', resolve));
    const origin = `http://localhost:${server.address().port}`;
    const registered = await register({
      app_type: 'regular_web', callbacks: [`${origin}/callback`], allowed_logout_urls: [origin], ...client,
    });
    app.use(auth({
      issuerBaseURL: `https://${domain}`, baseURL: origin, clientID: registered.client_id, secret: 'what the sessions of the application are sealed with',
      authRequired: false, idpLogout: true, httpTimeout: 60_000, ...settings(registered),
    }));
    app.get('/', ({ oidc }, response) => response.json({ isIn: oidc.isAuthenticated(), user: oidc.user ?? null }));
    app.get('/tokens', requiresAuth(), ({ oidc }, response) => response.json({ access: oidc.accessToken, refresh: oidc.refreshToken ?? null }));
    app.get('/userinfo', requiresAuth(), async ({ oidc }, response) => response.json(await oidc.fetchUserInfo()));
    app.get('/refresh', requiresAuth(), async ({ oidc }, response) => {
      await oidc.accessToken.refresh();
      response.json({ access: oidc.accessToken, refresh: oidc.refreshToken });
    });
    app.get('/silent', (_request, response) => response.oidc.silentLogin({ returnTo: '/' }));
    // By its four parameters express knows that this is for errors.
    app.use(({ status = 500, error, message }, _request, response, _next) => response.status(status).json({ error, message }));
    return new Application(server, origin);
  }

  constructor(server, origin) {
    this.server = server;
    this.origin = origin;
    this.host = new URL(origin).host;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A browser: what it keeps of the application, and what of the server. */
class Visitor {
  constructor(application) {
    this.application = application;
    this.here = new Person(application.host);
    this.there = new Person();
  }

  /** Opens a path of the application that answers itself. */
  async read(path, init) {
    const { status, html, landing } = await this.here.open(new URL(path, this.application.origin), init);
    if (landing) throw new Error(`went to ${landing}`);
    const body = JSON.parse(html);
    if (status !== 200) throw Object.assign(new Error(body.message), { statusCode: status, error: body.error });
    return body;
  }

  /** From a path of the application to the server and back, past the login page if there is one. */
  async go(path) {
    const { landing: there } = await this.here.open(new URL(path, this.application.origin));
    let answer = await this.there.open(there);
    if (answer.html?.includes('id="password"')) answer = await this.there.submit(answer, { username, password });
    const back = answer.landing ? [answer.landing] : this.there.form(answer);
    return { by: there.pathname, ...(await this.read(...back)) };
  }
}

const rotating = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0, token_lifetime: 3600, idle_token_lifetime: 600 };
const byCode = await Application.start(
  { grant_types: ['authorization_code', 'refresh_token'], refresh_token: rotating },
  ({ client_secret: clientSecret }) => ({
    clientSecret, authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
  }),
);
const visitor = new Visitor(byCode);
await report('nobody', () => visitor.read('/'));
await report('login', () => visitor.go('/login'));
await report('tokens', () => visitor.read('/tokens'));
await report('userinfo', () => visitor.read('/userinfo'));
await report('refresh', () => visitor.read('/refresh'));
await report('silent', () => visitor.go('/silent'));
await report('logout', () => visitor.go('/logout'));
await report('silent after logout', () => visitor.go('/silent'));
byCode.stop();

// The library's own choice: no secret, and the ID token by a form that the browser sends; and the logout that Auth0 had first.
const byForm = await Application.start({ grant_types: ['implicit'] }, () => ({ auth0Logout: true }));
const other = new Visitor(byForm);
await report('login by form', () => other.go('/login'));
await report('logout of old', () => other.go('/logout'));
byForm.stop();
