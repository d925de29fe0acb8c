function login(email, password, callback) {
  process.on('uncaughtException', () => { Promise.reject(new Error('again')); });
  process.on('unhandledRejection', () => { throw new Error('again'); });
  addEventListener('unhandledrejection', () => { Promise.reject(new Error('again')); });
  const again = () => { Promise.reject(new Error('again')); setTimeout(again, 0); };
  again();
}
