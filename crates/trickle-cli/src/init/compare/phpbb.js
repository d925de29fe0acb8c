  // phpBB 2, which phpBB 3 marks with $CP$: MD5 over the password as PHP 4 got it, with strokes before quotes and in Latin-1 as a rule.
  const UNKNOWN = `$CP$${'0'.repeat(32)}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const wanted = Buffer.from(stored.slice('$CP$'.length), 'hex');
    const texts = [typed, typed.replace(/['"\\\0]/g, (mark) => (mark === '\0' ? '\\0' : `\\${mark}`))];
    const forms = texts.flatMap((text) => ['utf8', 'latin1'].map((encoding) => Buffer.from(text, encoding)));
    // A letter that Latin-1 lacks is cut down there: such a text is another one.
    const isTyped = (bytes) => texts.some((text) => [bytes.toString('utf8'), bytes.toString('latin1')].includes(text));
    const hashes = forms.filter(isTyped).map((bytes) => createHash('md5').update(bytes).digest());
    return wanted.length === 16 && hashes.some((hash) => timingSafeEqual(hash, wanted));
  }
