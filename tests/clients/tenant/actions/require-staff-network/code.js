const inRange = require('ip-range-check');
const audit = require('actions:audit');

exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.staff && !inRange(event.request.ip, event.secrets.STAFF_RANGES.split(','))) {
    audit.note(event, 'outside');
    api.access.deny('Staff log in from the office.');
  }
};
