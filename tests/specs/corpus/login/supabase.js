async function login(email, password, callback) {
  const { createClient } = require('@supabase/supabase-js');
  const client = createClient(configuration.HTTP, 'key', { auth: { persistSession: false, autoRefreshToken: false } });
  const { data, error } = await client.from('users').select('*').eq('email', email).single();
  const signed = await client.auth.signInWithPassword({ email, password });
  callback(null, { user_id: '1', email, data, error: error && error.message, signed: signed.error && [signed.error.name, signed.error.status] });
}
