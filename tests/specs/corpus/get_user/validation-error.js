function getUser(email, callback) {
  callback(new ValidationError('too_long', 'Ihre Adresse ist zu lang – bitte kürzen'));
}
