// Scripts with `mongodb+srv://` addresses call `dns.setServers(['8.8.8.8'])`, which the engine refuses. The supervisor
// answers about names, whichever server is asked.
import dns from "node:dns";
import { isIP } from "node:net";

const SERVER = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/;
const chosen = new WeakMap();
let servers = ["127.0.0.1"];

function checked(list) {
  if (!Array.isArray(list)) {
    const message = `The "servers" argument must be an instance of Array. Received ${list === null ? "null" : typeof list}`;
    throw Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
  }
  for (const text of list) {
    const [, six, four] = SERVER.exec(text) ?? [];
    if (isIP(String(text)) || isIP(six ?? four ?? "")) continue;
    throw Object.assign(new TypeError(`Invalid IP address: ${text}`), { code: "ERR_INVALID_IP_ADDRESS" });
  }
  return list.map(String);
}

for (const module of [dns, dns.promises]) {
  module.setServers = function setServers(list) {
    servers = checked(list);
  };
  module.getServers = () => [...servers];
  const { prototype } = module.Resolver;
  prototype.setServers = function setServers(list) {
    chosen.set(this, checked(list));
  };
  prototype.getServers = function getServers() {
    return [...(chosen.get(this) ?? servers)];
  };
}
