// A key pair for RS256.
export const generateKeyPair = () => crypto.subtle.generateKey(
  { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, true, ['sign', 'verify'],
);

/** The public half as PEM. */
export async function exportSPKI(key) {
  const text = Buffer.from(await crypto.subtle.exportKey('spki', key)).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${text.match(/.{1,64}/g).join('\n')}\n-----END PUBLIC KEY-----\n`;
}
