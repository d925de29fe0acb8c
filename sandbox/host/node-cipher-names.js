// What each cipher name of Node.js stands for, in any spelling; node-jose writes them in upper case.

const KINDS = { cbc: 16, cfb: 16, cfb1: 16, cfb8: 16, ofb: 16, ecb: 0, ctr: 16, gcm: 12, ccm: 12 };
const specs = new Map();

function add(name, algorithm, mode, key, iv) {
  specs.set(name, { name, algorithm, mode, key, iv, block: algorithm === "des" ? 8 : 16 });
}

for (const bits of [128, 192, 256]) {
  for (const [mode, iv] of Object.entries(KINDS)) add(`aes-${bits}-${mode}`, "aes", mode, bits / 8, iv);
}
for (const [name, key] of [
  ["des-ede", 16],
  ["des-ede3", 24],
]) {
  for (const mode of ["cbc", "cfb", "ofb"]) add(`${name}-${mode}`, "des", mode, key, 8);
  add(name, "des", "ecb", key, 0);
}
for (const mode of ["cfb1", "cfb8"]) add(`des-ede3-${mode}`, "des", mode, 24, 8);
add("chacha20", "chacha20", "stream", 32, 16);
add("chacha20-poly1305", "chacha20", "aead", 32, 12);

const ALIASES = {
  aes128: "aes-128-cbc",
  aes192: "aes-192-cbc",
  aes256: "aes-256-cbc",
  "des-ede-ecb": "des-ede",
  "des-ede3-ecb": "des-ede3",
  des3: "des-ede3-cbc",
  "id-aes128-ccm": "aes-128-ccm",
  "id-aes192-ccm": "aes-192-ccm",
  "id-aes256-ccm": "aes-256-ccm",
  "id-aes128-gcm": "aes-128-gcm",
  "id-aes192-gcm": "aes-192-gcm",
  "id-aes256-gcm": "aes-256-gcm",
};
for (const [alias, name] of Object.entries(ALIASES)) specs.set(alias, specs.get(name));

/// The cipher's canonical name, algorithm, mode and lengths in bytes, or undefined.
export function cipherSpec(name) {
  return specs.get(String(name).toLowerCase());
}

/// Every name, for `crypto.getCiphers`.
export const cipherNames = [...specs.keys()];
