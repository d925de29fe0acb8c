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

await report('search by metadata', () => all(users.list({ q: 'user_metadata.plan:gold', sort: 'created_at:-1' })));

const client = await report('create client', () => management.clients.create({ name: 'shop', callbacks: ['https://shop.example'] }));
await report('clients', () => all(management.clients.list({ per_page: 1 })));
await report('client', () => management.clients.get(client.client_id));
const api = await report('create api', () => management.resourceServers.create({ identifier: 'https://shop.example/', scopes: [{ value: 'read:x' }] }));
await report('apis', () => all(management.resourceServers.list()));
const grant = { client_id: client.client_id, audience: api.identifier, scope: ['read:x'] };
await report('create client grant', () => management.clientGrants.create(grant));
await report('client grants', () => all(management.clientGrants.list({ client_id: client.client_id })));
const role = await report('create role', () => management.roles.create({ name: 'clerk' }));
const permissions = [{ resource_server_identifier: api.identifier, permission_name: 'read:x' }];
await report('let role', () => management.roles.permissions.add(role.id, { permissions }));
await report('give role', () => users.roles.assign(user.user_id, { roles: [role.id] }));
await report('roles of user', () => all(users.roles.list(user.user_id)));
await report('users with role', () => all(management.roles.users.list(role.id)));
await report('permissions of user', () => all(users.permissions.list(user.user_id)));
await report('take role', () => users.roles.delete(user.user_id, { roles: [role.id] }));
const second = { ...parameters.user, email: 'second@example.com', user_id: 'second' };
await report('create second user', () => users.create(second));
await report('link', () => users.identities.link(user.user_id, { provider: 'auth0', user_id: 'second', connection_id: id }));
await report('get linked user', () => users.get('auth0|second'));
await report('identities of user', async () => (await users.get(user.user_id)).identities);
await report('unlink', () => users.identities.delete(user.user_id, 'auth0', 'second'));
await report('get unlinked user', () => users.get('auth0|second'));
await report('tenant', () => management.tenants.settings.update({ friendly_name: 'Acme' }));
await report('logs', () => all(management.logs.list({ per_page: 50, search: 'type:seccft' })));
await report('daily', () => management.stats.getDaily());
await report('delete user of address', () => connections.users.deleteByEmail(id, { email: parameters.user.email }));
await report('users of address', () => users.listUsersByEmail({ email: parameters.user.email }));

await report('delete', () => connections.delete(id));
await report('get deleted', () => connections.get(id));
await report('get deleted user', () => users.get(user.user_id));
