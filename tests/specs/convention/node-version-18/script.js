function login(email, password, callback) {
  const { node, modules } = process.versions;
  callback(null, { user_id: process.version.split('.')[0], node: node.split('.')[0], modules, release: process.release.name });
}
