  // phpBB 2, whose MD5, of the password as PHP 4 got it, phpBB 3 hashed once more as phpass and marked with $CP$.
  const UNKNOWN = '$CP$$H$BabcdefghiBRYRDxKmzNpPzJJYcVFj0';
  async function matches(typed, stored) {
    const { createHash } = require('crypto');
    const { CheckPassword } = require('wordpress-hash-node');
    const texts = [typed, typed.replace(/['"\\\0]/g, (mark) => (mark === '\0' ? '\\0' : `\\${mark}`))];
    // In Windows-1252, where it has all letters.
    const WINDOWS = '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';
    const forms = texts.flatMap((text) => {
      const bytes = text.replace(/[^\0-\xff]/g, (letter) => String.fromCharCode(128 + WINDOWS.indexOf(letter)));
      return [Buffer.from(text), ...(bytes.includes('\x7f') ? [] : [Buffer.from(bytes, 'latin1')])];
    });
    const hashes = new Set(forms.map((bytes) => createHash('md5').update(bytes).digest('hex')));
    const portable = stored.replace(/^\$CP\$\$[HP]\$/, '$P$');
    return [...hashes].map((hash) => CheckPassword(hash, portable)).some(Boolean);
  }
