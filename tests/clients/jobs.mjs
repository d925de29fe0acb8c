// Jobs through versions 5 to 7 of the SDK.
import { clientId, clientSecret, domain, parameters, report, sdk } from './report.mjs';

const { ManagementClient } = await import(sdk);
const { jobs } = new ManagementClient({ domain, clientId, clientSecret });

async function ended({ id }) {
  for (;;) {
    const job = await jobs.get(id);
    if (job.status !== 'pending') return job;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const users = new Blob([JSON.stringify(parameters.users)], { type: 'application/json' });
const { connection_id } = parameters;
const order = { connection_id, users, upsert: false, external_id: 'mine', send_completion_email: false };
const made = await report('import', () => jobs.usersImports.create(order));
await report('imported', () => ended(made));
await report('errors', () => jobs.errors.get(made.id));

const exported = await report('export', () => jobs.usersExports.create({ connection_id, format: 'json' }));
await report('exported', () => ended(exported));
await report('verify', () => jobs.verificationEmail.create({ user_id: parameters.user_id }));
