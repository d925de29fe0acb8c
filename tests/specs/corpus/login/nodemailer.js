async function login(email, password, callback) {
  const transport = require('nodemailer').createTransport({ host: '127.0.0.1', port: Number(configuration.SMTP_PORT), ignoreTLS: true });
  const info = await transport.sendMail({ from: 'a@example.org', to: [email], subject: 'Löggin', text: 'hello', messageId: '<1@example.org>' });
  callback(null, { user_id: '1', email, accepted: info.accepted, response: info.response, id: info.messageId });
}
