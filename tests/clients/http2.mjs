// A client that speaks HTTP/2 and nothing else.
import { connect } from 'node:http2';
import { readFileSync } from 'node:fs';
import { domain, report } from './report.mjs';

const session = connect(`https://${domain}`, { ca: readFileSync(process.env.NODE_EXTRA_CA_CERTS) });
const request = session.request({ ':path': '/.well-known/openid-configuration' });
let body = '';
for await (const part of request) body += part;
await report('protocol', () => session.alpnProtocol);
await report('discovery', () => JSON.parse(body));
session.close();
