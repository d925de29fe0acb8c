function login(email, password, callback) {
  const { SECRET } = configuration;
  tryAll(callback, {
    request: () => called((done) => require('request')({ uri: `file://${SECRET}` }, done)),
    axios: () => require('axios').get(`file://${SECRET}`),
    certificate: () => require('tls').createSecureContext({ ca: require('fs').readFileSync(SECRET) }),
    load_env: () => there(process.loadEnvFile)(SECRET),
    report: () => there(process.report).writeReport(`${configuration.FOLDER}/report`) || stopped('wrote nothing'),
    dlopen: () => there(process.dlopen)({ exports: {} }, SECRET),
    wasm: async () => WebAssembly.compileStreaming(fetch(`file://${SECRET}`)),
  });
}
