  // bcrypt.
  const UNKNOWN = '$2b$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
  function matches(typed, stored) {
    return require('bcrypt').compare(typed, stored.replace(/^\$2[xy]?\$/, '$2b$'));
  }
