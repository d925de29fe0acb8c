// Node.js gives each address of `localhost` 250 ms to take a connection, which a busy machine may use up.
import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

setDefaultAutoSelectFamilyAttemptTimeout(60_000);
