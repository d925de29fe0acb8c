async function login(email, password, callback) {
  'use strict';
  const assert = require('assert');
  const url = require('url');
  const querystring = require('querystring');
  const path = require('path');
  const { StringDecoder } = require('string_decoder');
  const { performance } = require('perf_hooks');
  const failed = (() => { try { assert.deepStrictEqual({ a: 1 }, { a: 2 }); } catch (e) { return [e.name, e.code, e.generatedMessage]; } })();
  const target = new URL('/a/../b?x=1&y=ü#f', configuration.HTTP);
  callback(null, { user_id: '1', email, failed, target: target.pathname + target.search, old: url.resolve('http://a.example/b/c', '../d'), formatted: url.format({ protocol: 'https', host: 'a.example', pathname: '/x', query: { a: 1 } }), parsed: { ...querystring.parse('a=1&a=2&b=%C3%BC') }, joined: path.join('/a', '..', 'b'), ext: path.extname('x.tar.gz'), decoded: new StringDecoder('utf8').write(Buffer.from([0xc3, 0xa4])), now: performance.now() > 0, puny: url.domainToASCII('bücher.example'), legacy: require('punycode').toASCII('bücher.example') });
}
