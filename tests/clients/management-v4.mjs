// The Management API through version 4 of the SDK.
import { clientId, clientSecret, domain, parameters, report, sdk } from './report.mjs';

const { ManagementClient } = await import(sdk);
const management = new ManagementClient({ domain, clientId, clientSecret });
const { connections, users, usersByEmail } = management;
const data = (call) => async () => (await call()).data;

const made = await report('create', data(() => connections.create(parameters.connection)));
const id = made.id;
await report('get', data(() => connections.get({ id })));
await report('list', data(() => connections.getAll()));
await report('list with totals', data(() => connections.getAll({ include_totals: true, per_page: 1 })));
await report('list from a cursor', data(() => connections.getAll({ take: 1 })));
await report('enabled clients', data(() => connections.getEnabledClients({ id })));

const { options } = (await connections.get({ id })).data;
await report('update', data(() => connections.update({ id }, { options: { ...options, ...parameters.options } })));

const user = await report('create user', data(() => users.create(parameters.user)));
await report('get user', data(() => users.get({ id: user.user_id })));
await report('users', data(() => users.getAll()));
await report('users with totals', data(() => users.getAll({ include_totals: true, per_page: 10 })));
await report('search', data(() => users.getAll({ q: `email:"${parameters.user.email}"` })));
await report('by email', data(() => usersByEmail.getByEmail({ email: parameters.user.email })));
await report('create user again', data(() => users.create(parameters.user)));

await report('delete', data(() => connections.delete({ id })));
await report('get deleted', data(() => connections.get({ id })));
await report('get deleted user', data(() => users.get({ id: user.user_id })));
