function change_email_wrapper(...args) {
  var change_email_script;
  (() => {
    'use strict';
    class Store {
      constructor(url) {
        this.url = url;
      }
      async move(from, to) {
        const answer = await require('axios').patch(this.url, { from, to }, { timeout: 5000 });
        return answer.status === 204;
      }
    }
    const run = async (email, newEmail) => {
      if (email === newEmail) throw new ValidationError('same', 'Das ist dieselbe Adresse ✓.');
      return new Store(configuration.URL).move(email, newEmail);
    };
    change_email_script = require('util').callbackify(run);
  })();
  change_email_script.apply(this, args);
}
