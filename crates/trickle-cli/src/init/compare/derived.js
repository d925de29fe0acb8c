  // {{name}}.
  const UNKNOWN = {{unknown}};
  async function matches(typed, stored{{parameters}}) {
    const { {{function}}, timingSafeEqual } = require('crypto');
{{parts}}    const key = await require('util').promisify({{function}})(typed, {{arguments}});
    return wanted.length === {{size}} && timingSafeEqual(key, wanted);
  }
