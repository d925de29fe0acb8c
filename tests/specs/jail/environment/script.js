function login(email, password, callback) {
  const secretLike = (text) => (/TRICKLE|PATH=|HOME=/.test(text) ? text : stopped('nothing in it'));
  tryAll(callback, {
    process_env: () => secretLike(Object.entries(process.env).map((pair) => pair.join('=')).join()),
    engine_env: () => secretLike(Object.entries(there(globalThis.Deno?.env).toObject()).map((pair) => pair.join('=')).join()),
    one: () => process.env.TRICKLE_TEST_SECRET ?? stopped('undefined'),
    engine_one: () => there(globalThis.Deno?.env).get('TRICKLE_TEST_SECRET') ?? stopped('undefined'),
    user: () => secretLike(stringOf(require('os').userInfo())),
    arguments: () => secretLike(process.argv.join() + process.execArgv.join()),
    report: () => secretLike(stringOf(there(process.report).getReport())),
  });
}
