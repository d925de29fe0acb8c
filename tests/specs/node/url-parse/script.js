// Connection strings and addresses as scripts have them.
function login(email, password, callback) {
  const { parse, resolve, format } = require('url');
  const seen = {};
  const GIVEN = [
    'http://a b/c', 'mongodb://u:p@h1:1,h2:2/db?replicaSet=r', 'postgres://u:p%23w@h/db', 'postgres://u:p#w@h/db', 'mysql://root@localhost:3306/a?b=c',
    'http://x.com:80:90/', 'HTTP://EXAMPLE.com:8080/A?b#c', '//host/path', 'mailto:a@b.c', 'a@b.c', 'javascript:x', 'http://a.com/\\x', 'http://user:pa@ss@host/p',
    'http://[::1]:80/a', 'http://[::1', 'http://münchen.de/ä', 'http://a_b.c/', 'http://*.a.b/', 'http://exa<mple>.com/', 'redis://:secret@h:6379/0', '', 'http://', 'ldap://h:389/dc=a,dc=b??sub?(a=b)',
  ];
  for (const given of GIVEN) {
    try {
      seen[given] = JSON.stringify(parse(given, true));
    } catch (error) {
      seen[given] = { code: error.code, name: error.name, message: error.message, keys: Object.keys(error).join() };
    }
  }
  seen.resolved = [resolve('http://a/b/c', '../d'), resolve('/one', 'two'), format({ host: 'a.b', pathname: '/c', query: { d: 1 } })];
  callback(null, { user_id: '1', seen });
}
