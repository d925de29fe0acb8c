function login(email, password, callback) {
  const zlib = require('zlib');
  const kept = [];
  for (let count = 0; ; count += 1) {
    const brotli = zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_LGWIN]: 24 } });
    brotli.write('x'.repeat(1000));
    kept.push(brotli, zlib.createDeflate({ memLevel: 9 }), new Intl.DateTimeFormat('de', { timeStyle: 'full', timeZone: 'Asia/Tokyo' }));
    kept.push(new WebAssembly.Table({ element: 'anyfunc', initial: 100000 }), new Intl.Collator(`de-u-co-phonebk-x-a${count}`));
  }
}
