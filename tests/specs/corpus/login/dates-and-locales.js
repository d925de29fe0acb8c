function login(email, password, callback) {
  const moment = require('moment');
  const at = new Date(Date.UTC(2020, 1, 29, 12, 30));
  callback(null, {
    user_id: '1', email, iso: at.toISOString(), text: at.toString(), local: at.toLocaleDateString('en-US'), german: at.toLocaleDateString('de-DE', { weekday: 'long', month: 'long', day: 'numeric' }),
    number: (1234567.891).toLocaleString('en-US'), money: new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(12.5), offset: at.getTimezoneOffset(),
    zone: new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', dateStyle: 'full', timeStyle: 'long' }).format(at),
    moment: moment.utc(at).add(1, 'month').format('dddd, MMMM Do YYYY, h:mm:ss a'), parsed: moment('2013-02-08 09:30:26.123', 'YYYY-MM-DD HH:mm:ss.SSS', true).isValid(),
    compare: ['ä', 'a', 'z'].sort((a, b) => a.localeCompare(b)), upper: 'straße'.toUpperCase(), turkish: 'I'.toLocaleLowerCase('tr'), normal: 'e\u0301'.normalize('NFC').length
  });
}
