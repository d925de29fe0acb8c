function login(email, password, callback) {
  const _ = require('lodash@4.17.10');
  const underscore = require('underscore');
  const users = [{ id: 2, email, roles: ['a'] }, { id: 1, email: 'b', roles: [] }];
  const user = _.chain(users).filter({ email }).map((u) => _.pick(u, ['id', 'email', 'roles'])).head().value();
  callback(null, _.merge({}, user, { user_id: _.toString(_.get(user, 'id')), app_metadata: { roles: _.uniq(_.flatten([user.roles, ['a', 'b']])) }, name: _.startCase('ann of_the house'), grouped: _.groupBy(users, 'id'), debounced: typeof _.debounce(() => {}), template: _.template('Hi <%- name %>')({ name: '<b>' }), plucked: underscore.pluck(users, 'id'), sorted: underscore.sortBy(users, 'id')[0].id }));
}
