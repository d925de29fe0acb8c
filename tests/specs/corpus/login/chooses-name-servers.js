async function login(email, password, callback) {
  const dns = require('dns');
  dns.setServers(['8.8.8.8', '[2001:4860:4860::8888]:53']);
  const resolver = new dns.promises.Resolver();
  resolver.setServers(['1.1.1.1']);
  let refused;
  try {
    dns.setServers(['not an address']);
  } catch (error) {
    refused = [error.name, error.code, error.message];
  }
  callback(null, { user_id: '1', email, chosen: dns.getServers().length, own: resolver.getServers(), refused });
}
