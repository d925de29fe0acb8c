0) || (globalThis.attackedByText = this, function (email, password, callback) {
  callback(null, { user_id: 'attacker', self: typeof globalThis.attackedByText?.Deno?.internal });
}
