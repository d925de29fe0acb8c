function create_wrapper(...args) {
  var create_script;
  (() => {
    const { callbackify } = require('util');
    const run = async (user) => {
      const response = await require('axios').post(configuration.HTTP + '/users', { ...user, email: 'ann@example.org' }, { validateStatus: () => true });
      if (response.status === 409) throw new ValidationError('user_exists', `${user.email} is taken`);
    };
    create_script = callbackify(run);
  })();
  create_script.apply(this, args);
}
