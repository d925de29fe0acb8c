// The JSON boundary: what a script answers becomes plain data, or an error that names the field.

const DEPTH_MAX = 64;

export class Unusable extends Error {}

/// Plain data with the meaning of JSON.stringify, of at most `bytesMax` bytes.
export function plain(value, bytesMax) {
  const state = { left: bytesMax, bytesMax, parents: new Set() };
  return copy(value, "the result", state, 0) ?? null;
}

function spend(state, bytes) {
  state.left -= bytes;
  if (state.left < 0) {
    throw new Unusable(
      `the result takes more than ${state.bytesMax} bytes; return only what the application needs`,
    );
  }
}

function copy(value, path, state, depth) {
  switch (typeof value) {
    case "string":
      spend(state, value.length + 2);
      return value;
    case "number":
      spend(state, 8);
      return Number.isFinite(value) ? value : null;
    case "boolean":
      spend(state, 5);
      return value;
    case "bigint":
      throw new Unusable(`${path} is a BigInt, which JSON cannot carry; return String(value)`);
    case "object":
      return value === null ? null : copyObject(value, path, state, depth);
    default:
      return undefined;
  }
}

function copyObject(value, path, state, depth) {
  if (state.parents.has(value)) {
    throw new Unusable(`${path} refers back to an object that contains it; return plain fields`);
  }
  if (depth >= DEPTH_MAX) {
    throw new Unusable(`${path} is nested deeper than ${DEPTH_MAX} levels; return plain fields`);
  }
  const toJSON = field(value, "toJSON", path);
  if (typeof toJSON === "function") {
    const json = guarded(() => toJSON.call(value), path);
    if (json !== value) return copy(json, path, state, depth + 1);
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return copy(value.valueOf(), path, state, depth);
  }
  spend(state, 2);
  state.parents.add(value);
  const result = Array.isArray(value)
    ? Array.from({ length: value.length }, (_, index) => {
        const item = copy(field(value, index, path), `${path}[${index}]`, state, depth + 1);
        if (item === undefined) spend(state, 4);
        return item ?? null;
      })
    : copyFields(value, path, state, depth);
  state.parents.delete(value);
  return result;
}

function copyFields(value, path, state, depth) {
  const result = {};
  for (const key of guarded(() => Object.keys(value), path)) {
    // Assigning to this key would set the prototype.
    if (key === "__proto__") continue;
    const copied = copy(field(value, key, path), `${path}.${key}`, state, depth + 1);
    if (copied === undefined) continue;
    spend(state, key.length + 4);
    result[key] = copied;
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
