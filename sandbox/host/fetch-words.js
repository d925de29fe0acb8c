// What Node.js says where the engine's `fetch` fails.
export const REDIRECTS = [
  [/^Fetch failed: Maximum number of redirects/, "redirect count exceeded"],
  [/^Fetch failed: Encountered redirect/, "unexpected redirect"],
];

/// About the first character that no header can carry.
function noByteString(headers) {
  const list = headers && typeof headers === "object" && !(Symbol.iterator in headers) ? Object.entries(headers) : [...(headers ?? [])];
  for (const text of list.flat()) {
    const characters = `${text}`;
    const index = [...characters.split("")].findIndex((character) => character.charCodeAt(0) > 255);
    if (index < 0) continue;
    const code = characters.charCodeAt(index);
    return `Cannot convert argument to a ByteString because the character at index ${index} has a value of ${code} which is greater than 255.`;
  }
  return undefined;
}

/// What Node.js says of a request that cannot be made.
export function wordsFor(message, init) {
  const [, part, value] = /^Invalid header (name|value): (".*")$/s.exec(message) ?? [];
  if (part) return `Headers.append: ${value} is an invalid header ${part}.`;
  if (message === "Request with GET/HEAD method cannot have body") return `${message}.`;
  if (message === "Method is not valid") return `'${init?.method}' is not a valid HTTP method.`;
  if (message === "Method is forbidden") return `'${init?.method}' HTTP method is unsupported.`;
  return message.endsWith("is not a valid ByteString") ? noByteString(init?.headers) : undefined;
}

export const BODIES = {
  "Body already consumed": "Body is unusable: Body has already been read",
  "Body can not be decoded as form data":
    'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".',
};
