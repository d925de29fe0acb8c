  // For users that there are not: a hash of the slowest form, of several the commonest.
  const UNKNOWN = {{unknown}};
{{slowly}}  // The form of a hash says how it is compared.
  const FORMS = [
{{forms}}  ];
  function matches(typed, stored, salt, rounds{{algorithm}}) {
    const [, compare] = FORMS.find(([form]) => form.test(stored)) || [];
    if (!compare) {{other}}
    return compare(typed, stored, salt, rounds{{algorithm}});
  }
