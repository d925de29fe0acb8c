// The Management API through versions 2 and 3 of the SDK.
import { clientId, clientSecret, domain, parameters, report, sdk } from './report.mjs';

const { ManagementClient } = await import(sdk).then((module) => module.default ?? module);
const management = new ManagementClient({ domain, clientId, clientSecret });

const made = await report('create', () => management.createConnection(parameters.connection));
const { id } = made;
await report('get', () => management.getConnection({ id }));
await report('list', () => management.getConnections());
await report('list with totals', () => management.getConnections({ include_totals: true, per_page: 1, page: 0 }));

const { options } = await management.getConnection({ id });
await report('update', () => management.updateConnection({ id }, { options: { ...options, ...parameters.options } }));

const user = await report('create user', () => management.createUser(parameters.user));
await report('get user', () => management.getUser({ id: user.user_id }));
await report('users', () => management.getUsers());
await report('search', () => management.getUsers({ q: `email:"${parameters.user.email}"`, search_engine: 'v3' }));
await report('by email', () => management.getUsersByEmail(parameters.user.email));
await report('create user again', () => management.createUser(parameters.user));

const client = await report('create client', () => management.createClient({ name: 'shop', callbacks: ['https://shop.example'] }));
await report('clients', () => management.getClients({ fields: 'name', include_fields: true }));
await report('client', () => management.getClient({ client_id: client.client_id }));
await report('client grants', () => management.getClientGrants());
await report('tenant', () => management.getTenantSettings());
await report('logs', () => management.getLogs({ per_page: 2, q: 'type:seccft' }));

await report('delete', () => management.deleteConnection({ id }));
await report('get deleted', () => management.getConnection({ id }));
await report('get deleted user', () => management.getUser({ id: user.user_id }));
