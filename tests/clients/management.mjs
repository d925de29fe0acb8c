// The Management API through the generated SDKs, version 5 and later.
import { clientId, clientSecret, domain, parameters, report, sdk } from './report.mjs';

const { ManagementClient } = await import(sdk);
const management = new ManagementClient({ domain, clientId, clientSecret });
const { connections, users } = management;

/** Follows a list to its end, as an application's loop does. */
async function all(pages) {
  const items = [];
  for await (const item of await pages) items.push(item);
  return items;
}

const made = await report('create', () => connections.create(parameters.connection));
const id = made.id;
await report('get', () => connections.get(id));
await report('list', () => all(connections.list()));
await report('list one by one', () => all(connections.list({ take: 1, strategy: ['auth0'] })));
await report('enabled clients', () => all(connections.clients.get(id)));

const { options } = await connections.get(id);
await report('update', () => connections.update(id, { options: { ...options, ...parameters.options } }));

const user = await report('create user', () => users.create(parameters.user));
await report('get user', () => users.get(user.user_id));
await report('users', () => all(users.list()));
await report('users one by one', () => all(users.list({ per_page: 1 })));
await report('search', () => all(users.list({ q: `email:"${parameters.user.email}"` })));
await report('by email', () => users.listUsersByEmail({ email: parameters.user.email }));
await report('create user again', () => users.create(parameters.user));

await report('delete', () => connections.delete(id));
await report('get deleted', () => connections.get(id));
await report('get deleted user', () => users.get(user.user_id));
