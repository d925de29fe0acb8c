function login(email, password, callback) {
  const names = ['Buffer', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'btoa', 'atob', 'fetch', 'Headers',
    'Request', 'Response', 'FormData', 'AbortController', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'queueMicrotask',
    'structuredClone', 'crypto', 'performance', 'process', 'console', 'global', 'globalThis', 'require', 'Intl', 'WebAssembly', 'Event'];
  callback(null, { user_id: '1', missing: names.filter((name) => eval(`typeof ${name}`) === 'undefined') });
}
