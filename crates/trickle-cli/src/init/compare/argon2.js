  // Argon2; what some products write in front of it is taken off.
  const UNKNOWN = '$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$B0i5eN0PuYKYBXKxZKj0ZyYfYbZ6Gf8W8XUAvRyxiWI';
  async function matches(typed, stored) {
    return require('argon2').verify(stored.slice(stored.indexOf('$argon2')), typed);
  }
