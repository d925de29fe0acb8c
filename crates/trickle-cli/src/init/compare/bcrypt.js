  // bcrypt; what some products write in front of it is taken off.
  const UNKNOWN = '$2b$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
  function matches(typed, stored) {
    const hash = stored.replace(/^(?:\d\||\{[\w-]+\})/, '').replace(/^\$2[xy]?\$/, '$2b$');
    return require('bcrypt').compare(typed, hash);
  }
