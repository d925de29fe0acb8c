// The JSON boundary: what a script answers becomes plain data, or an error that names the field.

const DEPTH_MAX = 64;
// A script may replace them.
const { isArray } = Array;
const { keys } = Object;

export class Unusable extends Error {}

/// An answer beyond its limit, with the bytes that were counted until then.
export class TooLong extends Unusable {
  constructor(bytes) {
    super("the answer is too long");
    this.bytes = bytes;
  }
}

/// Plain data with the meaning of JSON.stringify, of at most `bytesMax` bytes.
export function plain(value, bytesMax) {
  const state = { left: bytesMax, bytesMax, parents: new Set() };
  return copy(value, "", "the result", state, 0) ?? null;
}

function spend(state, bytes) {
  state.left -= bytes;
  if (state.left < 0) throw new TooLong(state.bytesMax - state.left);
}

/// `key` is what the value stands under, for its `toJSON`.
function copy(value, key, path, state, depth) {
  const json = converted(value, key, path);
  switch (typeof json) {
    case "string":
      spend(state, json.length + 2);
      // Half of a surrogate pair has no UTF-8 form.
      return json.toWellFormed();
    case "number":
      spend(state, 8);
      return Number.isFinite(json) ? json : null;
    case "boolean":
      spend(state, 5);
      return json;
    case "bigint":
      throw new Unusable(`${path} is a BigInt, which JSON cannot carry; return String(value)`);
    case "object":
      if (json !== null) return copyObject(json, path, state, depth);
      spend(state, 4);
      return null;
    default:
      return undefined;
  }
}

function converted(value, key, path) {
  if ((typeof value !== "object" && typeof value !== "bigint") || value === null) return value;
  const toJSON = field(value, "toJSON", path);
  return typeof toJSON === "function" ? guarded(() => toJSON.call(value, key), path) : value;
}

function copyObject(value, path, state, depth) {
  if (state.parents.has(value)) {
    throw new Unusable(`${path} refers back to an object that contains it; return plain fields`);
  }
  if (depth >= DEPTH_MAX) {
    throw new Unusable(`${path} is nested deeper than ${DEPTH_MAX} levels; return plain fields`);
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return copy(value.valueOf(), "", path, state, depth);
  }
  spend(state, 2);
  state.parents.add(value);
  const result = isArray(value)
    ? copyItems(value, path, state, depth)
    : copyFields(value, path, state, depth);
  state.parents.delete(value);
  return result;
}

function copyItems(value, path, state, depth) {
  const result = [];
  // Item by item: room for all of a list that is too long may be more than there is.
  for (let index = 0; index < value.length; index++) {
    const item = copy(field(value, index, path), String(index), `${path}[${index}]`, state, depth + 1);
    if (item === undefined) spend(state, 4);
    result[index] = item ?? null;
  }
  return result;
}

function copyFields(value, path, state, depth) {
  // Without a prototype no setter of the script's gets between.
  const result = Object.create(null);
  for (const key of guarded(() => keys(value), path)) {
    // Assigning to this key would set the prototype.
    if (key === "__proto__") continue;
    const copied = copy(field(value, key, path), key, `${path}.${key}`, state, depth + 1);
    if (copied === undefined) continue;
    spend(state, key.length + 4);
    result[key.toWellFormed()] = copied;
  }
  return result;
}

function field(value, key, path) {
  return guarded(() => value[key], `${path}.${String(key)}`);
}

function guarded(read, path) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unusable) throw error;
    throw new Unusable(`reading ${path} failed: ${error?.message ?? error}`);
  }
}
