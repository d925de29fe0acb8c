// An application that the administrator registers, and a person at the login page without JavaScript.
import { clientId, clientSecret, domain, parameters } from './report.mjs';

const { ManagementClient } = await import('auth0v4');

/** Registers a client for the test's connection; gives its id and secret. */
export async function register(client) {
  const management = new ManagementClient({ domain, clientId, clientSecret });
  const { data } = await management.clients.create({ name: 'application', ...client });
  const id = parameters.connection;
  await management.connections.updateEnabledClients({ id }, [{ client_id: data.client_id, status: true }]);
  return data;
}

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]);

/** Keeps cookies and follows redirects within one host, which is the server unless another is named. */
export class Person {
  #cookies = new Map();
  #host;

  constructor(host = domain) {
    this.#host = host;
  }

  async #send(url, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, headers: { ...init.headers, cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const cut = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    return answer;
  }

  /** Opens an address; gives the page, or the address outside that it leads to. */
  async open(url, init) {
    let next = new URL(url);
    let answer = await this.#send(next, init);
    while (answer.headers.has('location')) {
      next = new URL(answer.headers.get('location'), next);
      if (next.host !== this.#host) return { landing: next };
      answer = await this.#send(next);
    }
    return { status: answer.status, html: await answer.text(), url: next };
  }

  /** The page's form, filled: its address and what is sent there; hidden fields go along. */
  form(page, fields = {}) {
    const body = new URLSearchParams();
    for (const [, name, value] of page.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)) {
      body.set(name, unescape(value));
    }
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const [, action] = page.html.match(/<form method="post" action="([^"]+)"/);
    return [new URL(unescape(action), page.url), { method: 'POST', body }];
  }

  /** Fills and sends the page's form. */
  async submit(page, fields) {
    return this.open(...this.form(page, fields));
  }

  /** From the application's request to the address that it gets back. */
  async logIn(url, username, password) {
    const page = await this.open(url);
    if (page.landing) return page.landing;
    const { landing } = await this.submit(page, { username, password });
    return landing;
  }
}
