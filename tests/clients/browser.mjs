// An application of one page in Chromium, of another origin than the server's and of the same site: browsers keep no cookies of other
// sites, so that applications use a domain of their own for the tenant, as they do with Auth0.
import { createHash, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import puppeteer from 'puppeteer-core';
import { domain, parameters } from './report.mjs';

const { chromium, hosts, certificate, key, username, password } = parameters;
const [host, serverPort] = domain.split(':');
/** How long a busy machine may take for a step. */
const LIMIT = 120_000;
/** Under which name the browser knows the server. */
export const tenant = `${hosts.tenant}:${serverPort}`;

/** The application: one empty page with the library, at every address. */
export async function serve(file) {
  const library = await readFile(new URL(`./node_modules/${file}`, import.meta.url));
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const isLibrary = request.url === '/library.js';
    response.setHeader('content-type', isLibrary ? 'text/javascript' : 'text/html');
    response.end(isLibrary ? library : '<!doctype html><title>application</title><script src="/library.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, resolve));
  return server;
}

const pin = ({ publicKey }) => createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');

/** The keys of server and application: the browser trusts them, and no other that it would not trust. */
async function pins() {
  const socket = connect({ host, port: Number(serverPort), servername: host });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const peer = socket.getPeerX509Certificate();
  socket.end();
  return [pin(peer), pin(new X509Certificate(certificate))].join(',');
}

/** Starts Chromium; the caller ends it. */
export async function launch() {
  return puppeteer.launch({
    executablePath: chromium, headless: true, timeout: LIMIT,
    args: [
      '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-proxy-server',
      `--host-resolver-rules=${Object.values(hosts).map((name) => `MAP ${name} 127.0.0.1`).join(',')}`,
      `--ignore-certificate-errors-spki-list=${await pins()}`,
    ],
  });
}

/** A page of the browser. */
export async function open(browser) {
  const page = await browser.newPage();
  page.setDefaultTimeout(LIMIT);
  return page;
}

/** Waits for a page that has such an element, all of it. */
export async function whole(page, selector) {
  await page.waitForFunction((selector) => document.readyState === 'complete' && document.querySelector(selector), {}, selector);
}

/** Waits for the login page and fills it. */
export async function fillLogin(page) {
  await whole(page, '#username');
  await page.type('#username', username);
  await page.type('#password', password);
  await page.click('button[type=submit]');
}
