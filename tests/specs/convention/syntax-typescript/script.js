function login(email: string, password: string, callback: any) {
  callback(null, { user_id: '1' });
}
