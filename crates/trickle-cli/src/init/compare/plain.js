  // The password itself behind {noop} or another name for it; digests are compared, as they are of one length.
  const UNKNOWN = '{noop}unknown';
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const digest = (text) => createHash('sha256').update(text).digest();
    const password = stored.replace(/^\{\w+\}/, '');
    return password !== '' && timingSafeEqual(digest(typed), digest(password));
  }
