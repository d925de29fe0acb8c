// passport-auth0: the older of Auth0's libraries for web applications, which asks /userinfo for the profile.
import { createServer } from 'node:http';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-auth0';
import { Person, register } from './application.mjs';
import { domain, parameters, report } from './report.mjs';

const { username, password } = parameters;
const app = express();
const server = createServer(app);
await new Promise((resolve) => server.listen(0, 'localhost', resolve));
const { port } = server.address();
const origin = `http://localhost:${port}`;
const { client_id: clientID, client_secret: clientSecret } = await register({
  app_type: 'regular_web', callbacks: [`${origin}/callback`], allowed_logout_urls: [`${origin}/out`], grant_types: ['authorization_code', 'refresh_token'],
});

passport.use(new Strategy({ domain, clientID, clientSecret, callbackURL: `${origin}/callback` }, (_access, refreshToken, answer, profile, done) => {
  done(null, { profile, refreshToken, scope: answer.scope });
}));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
app.use(session({ secret: 'what the sessions of the application are signed with', resave: false, saveUninitialized: false }), passport.session());
const scope = 'openid profile email offline_access';
app.get('/', ({ user }, response) => response.json(user ?? null));
app.get('/login', passport.authenticate('auth0', { scope }));
app.get('/silent', passport.authenticate('auth0', { scope, prompt: 'none' }));
app.get('/callback', passport.authenticate('auth0', { successRedirect: '/', failureRedirect: '/failed' }));
app.get('/failed', (_request, response) => response.status(401).json({ error: 'failed' }));
app.get('/logout', (request, response, next) => request.logout((error) => {
  if (error) return next(error);
  return response.redirect(`https://${domain}/v2/logout?${new URLSearchParams({ client_id: clientID, returnTo: `${origin}/out` })}`);
}));
app.get('/out', ({ user }, response) => response.json({ out: user === undefined }));

// A browser: what it keeps of the application, and what of the server.
const [here, there] = [new Person(`localhost:${port}`), new Person()];
/** From a path of the application to the server and back, past the login page if there is one. */
async function go(path, typed = password) {
  const { landing } = await here.open(new URL(path, origin));
  const back = await there.logIn(landing, username, typed);
  const { status, html } = await here.open(back);
  return { status, ...JSON.parse(html) };
}

try {
  await report('silent before login', () => go('/silent'));
  await report('login', () => go('/login'));
  await report('silent', () => go('/silent'));
  await report('logout', () => go('/logout'));
  await report('silent after logout', () => go('/silent'));
} finally {
  server.close();
  server.closeAllConnections();
}
