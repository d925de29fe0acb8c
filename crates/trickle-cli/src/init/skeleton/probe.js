function login(email, password, callback) {
{{store}}
  const FORMS = [
{{forms}}  ];

  async function probe() {
    const user = await userOf(email);
    if (!user) throw new WrongUsernameOrPasswordError();
    const stored = {{hash}};
    if (!stored) throw new ValidationError('no_password', 'the store has no hash of this user');
    const form = FORMS.findIndex(([pattern]) => pattern.test(stored));
    if (form < 0) throw new ValidationError('other_form', 'no script can compare this hash');
    for (const [at, matches] of FORMS[form][1].entries()) {
      // A reading that cannot be is no outage.
      const fits = await Promise.resolve().then(() => matches()(password, stored{{beside}})).catch(() => false);
      if (fits) return { user_id: `${form}:${at}`, email };
    }
    throw new WrongUsernameOrPasswordError(String(form));
  }

  probe().then((profile) => callback(null, profile), callback);
}
