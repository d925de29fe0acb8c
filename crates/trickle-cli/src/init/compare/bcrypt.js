  // bcrypt; what some products write in front of it is taken off.
  const UNKNOWN = '$2b${{cost}}$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
  async function matches(typed, stored) {
    const hash = stored.replace(/^(?:\d\||\{[\w-]+\}|bcrypt\$)/, '');
    // The oldest form did not end the password with a zero: as if it was said over and over. 72 bytes count.
    const text = hash.startsWith('$2$') ? typed.slice(0, 73).repeat(72) : typed;
    return require('bcrypt').compare(text, hash.replace(/^\$2[xy]?\$/, '$2b$'));
  }
