
// Below every attack: how it says what came of it.

/// Tries each way and answers with what became of each.
async function tryAll(callback, ways) {
  const seen = {};
  for (const name of Object.keys(ways)) seen[name] = await verdict(ways[name]);
  callback(null, { user_id: 'attacker', ways: seen });
}

async function verdict(way) {
  try {
    const got = await inTime(way());
    return `got ${typeof got === 'string' ? got : stringOf(got)}`.slice(0, 300);
  } catch (error) {
    if (error instanceof Absent) return 'absent';
    if (error instanceof Stopped) return `refused ${error.message}`;
    // A slip in the attack is no proof of a wall.
    const slip = [TypeError, ReferenceError, SyntaxError, RangeError].some((kind) => error instanceof kind);
    if (slip && !codeOf(error)) return `mistake ${error.name}: ${error.message}`.slice(0, 300);
    return `refused ${codeOf(error) ?? error?.name ?? error}`;
  }
}

/// `fetch` says why in the error's cause.
function codeOf(error) {
  return error?.code ?? error?.cause?.code ?? error?.cause?.name;
}

function stringOf(value) {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

class Absent extends Error {}
class Stopped extends Error {}

/// Something that the sandbox may have taken away.
function there(value) {
  if (value === undefined || value === null) throw new Absent();
  return value;
}

/// A way that came to nothing.
function stopped(how) {
  throw new Stopped(how);
}

function inTime(got) {
  if (typeof got?.then !== 'function') return got;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Stopped('silence')), 2000);
    Promise.resolve(got).then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/// What an emitter brings: its first `good` event, or its error.
function heard(emitter, good) {
  return new Promise((resolve, reject) => {
    emitter.on(good, (...args) => resolve(args.length ? args.map(String).join(' ') : good));
    emitter.on('error', reject);
    emitter.on('close', () => reject(new Stopped('closed')));
  });
}

/// The last argument of a callback, or its error.
function called(start) {
  return new Promise((resolve, reject) => {
    start((error, ...rest) => (error ? reject(error) : resolve(rest[rest.length - 1])));
  });
}
