  // Texts with something in them: an index of addresses alone can count those.
  async function users() {
    return (await collection()).countDocuments({{filter}});
  }
