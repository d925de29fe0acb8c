// Which of the installed versions a script gets that asks for a certain one.

const PART = /^\s*(\^|~>?|[<>]=?|=)?\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?[-+\w.]*/;

const number = (text) => (text === undefined || /[xX*]/.test(text) ? undefined : Number(text));

/// Major, minor and patch; what is left out is undefined.
const numbers = (parts) => parts.map(number);

const parse = (version) => numbers(/^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1) ?? ["0", "0", "0"]);

function compare(one, other) {
  for (const index of [0, 1, 2]) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/// The first version that is above everything that starts with these numbers.
function after([major, minor, patch]) {
  if (major === undefined) return [Infinity];
  if (minor === undefined) return [major + 1];
  if (patch === undefined) return [major, minor + 1];
  return [major, minor, patch + 1];
}

/// `^0.2.3` keeps the first number that is not zero.
function afterCaret([major, minor, patch]) {
  if (major > 0 || minor === undefined) return after([major]);
  if (minor > 0 || patch === undefined) return after([major, minor]);
  return after([major, minor, patch]);
}

function admits({ operator, base }, version) {
  const atLeast = compare(version, base) >= 0;
  const below = (limit) => compare(version, limit) < 0;
  switch (operator) {
    case "^":
      return atLeast && below(afterCaret(base));
    case "~":
    case "~>":
      return atLeast && below(after(base.slice(0, 2)));
    case ">=":
      return atLeast;
    case ">":
      return !below(after(base));
    case "<=":
      return below(after(base));
    case "<":
      return !atLeast;
    default:
      return atLeast && below(after(base));
  }
}

/// `1.x || >=2.1 <4` as a list of lists of comparators; no list where it is a tag such as `latest`.
function comparators(pin) {
  return pin.split("||").map((alternative) => {
    const parts = [];
    for (let rest = alternative; PART.test(rest); ) {
      const [all, operator, ...version] = PART.exec(rest);
      parts.push({ operator, base: numbers(version) });
      rest = rest.slice(all.length);
    }
    return parts;
  }).filter((parts) => parts.length > 0);
}

/// How far a version is from the one that was asked for: first the majors count, then the rest.
function distance(version, base) {
  return [0, 1, 2].map((index) => Math.abs(version[index] - (base[index] ?? version[index])));
}

/// The candidate for a pin, of a list that is not empty, and whether it is what was asked for:
/// the newest that the pin admits, else the nearest of the same major version, else the nearest.
export function choose(candidates, pin) {
  if (pin === undefined) return { chosen: candidates[0], fits: true };
  const versions = candidates.map((candidate) => ({ candidate, version: parse(candidate.version) }));
  versions.sort((one, other) => compare(other.version, one.version));
  const wanted = comparators(pin);
  if (wanted.length === 0) return { chosen: versions[0].candidate, fits: true };
  const fitting = versions.find(({ version }) =>
    wanted.some((parts) => parts.every((part) => admits(part, version))),
  );
  if (fitting) return { chosen: fitting.candidate, fits: true };
  const [{ base }] = wanted[0];
  const near = versions.map((entry) => ({ ...entry, distance: distance(entry.version, base) }));
  near.sort((one, other) => compare(one.distance, other.distance));
  return { chosen: near[0].candidate, fits: false };
}
