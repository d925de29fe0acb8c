function login(email, password, callback) {
  const fs = require('fs');
  const { SECRET } = configuration;
  const modules = require.resolve('bcryptjs').replace(/node_modules.*/, 'node_modules');
  const up = '/..'.repeat(20);
  tryAll(callback, {
    up: () => fs.readFileSync(`${modules}${up}${SECRET}`, 'utf8'),
    up_from_a_missing_folder: () => fs.readFileSync(`${modules}/nothing${up}/..${SECRET}`, 'utf8'),
    root_of_the_process: () => fs.readFileSync(`/proc/self/root${SECRET}`, 'utf8'),
    root_of_a_thread: () => fs.readFileSync(`/proc/thread-self/root${SECRET}`, 'utf8'),
    working_folder: () => fs.readFileSync(`/proc/self/cwd${SECRET}`, 'utf8'),
    slashes: () => fs.readFileSync(`//${SECRET}//`.slice(0, -2), 'utf8'),
    dots: () => fs.readFileSync(`/./${SECRET.replaceAll('/', '/./')}`, 'utf8'),
    bytes: () => fs.readFileSync(Buffer.from(SECRET), 'utf8'),
    url: () => fs.readFileSync(new URL(`file://${SECRET}`), 'utf8'),
    escaped_url: () => fs.readFileSync(new URL(`file://${SECRET.replace('secret', '%73ecret')}`), 'utf8'),
    relative: () => fs.readFileSync(`.${SECRET}`, 'utf8'),
    descriptor_folder: () => fs.readFileSync(`/dev/fd/../../..${SECRET}`, 'utf8'),
    changing_object: () => {
      let asked = 0;
      return fs.readFileSync({ toString: () => (asked++ ? SECRET : `${modules}/bcryptjs/package.json`) }, 'utf8');
    },
    changing_buffer: () => {
      const path = Buffer.from(`${modules}/bcryptjs/package.json`);
      path.toString = () => SECRET;
      const text = fs.readFileSync(path, 'utf8');
      return text.includes('bcryptjs') ? stopped('the other file') : text;
    },
  });
}
