function get_user(a, b, c, d) {
  b(null, { user_id: a, count: arguments.length });
}
