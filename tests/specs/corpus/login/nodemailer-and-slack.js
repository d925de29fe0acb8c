async function login(email, password, callback) {
  const nodemailer = require('nodemailer');
  const transport = nodemailer.createTransport({ jsonTransport: true });
  const info = await transport.sendMail({ from: 'a@example.org', to: email, subject: 'Änn', text: 'hi', html: '<b>hi</b>', messageId: '<1@x>', date: new Date(0) });
  const failed = await nodemailer.createTransport({ host: '127.0.0.1', port: Number(configuration.CLOSED_PORT) }).sendMail({ from: 'a@example.org', to: email, text: 'x' }).catch((e) => [e.code, e.command, e.syscall]);
  callback(null, { user_id: '1', email, envelope: info.envelope, message: JSON.parse(info.message).subject, failed });
}
