  // {{name}}.
  const UNKNOWN = {{unknown}};
  async function matches(typed, stored{{parameters}}) {
    const { createHash, timingSafeEqual } = require('crypto');
    const digest = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('{{digest}}')).digest();
{{keyed}}{{hex}}{{parts}}    const wanted = Buffer.from({{hash}}, '{{encoding}}');
    return wanted.length === {{size}} && {{same}};
  }
