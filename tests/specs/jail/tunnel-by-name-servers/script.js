function login(email, password, callback) {
  const dns = require('dns');
  const { UDP, TCP } = configuration;
  const asked = (servers, act) => {
    const resolver = new dns.promises.Resolver({ timeout: 200, tries: 1 });
    resolver.setServers(servers);
    return act(resolver);
  };
  tryAll(callback, {
    resolver: () => asked([`127.0.0.1:${UDP}`], (resolver) => resolver.resolve4('attack.example')),
    text: () => asked([`127.0.0.1:${UDP}`], (resolver) => resolver.resolveTxt('attack.example')),
    six: () => asked([`[::1]:${UDP}`], (resolver) => resolver.resolve4('attack.example')),
    over_tcp: () => asked([`127.0.0.1:${TCP}`], (resolver) => resolver.resolveAny('attack.example')),
    global: () => {
      dns.setServers([`127.0.0.1:${UDP}`]);
      return dns.promises.resolve4('attack.example');
    },
    engine: () => there(globalThis.Deno?.resolveDns)('attack.example', 'A', { nameServer: { ipAddr: '127.0.0.1', port: +UDP } }),
  });
}
