  async function userOf(address) {
    const found = await (await collection()).findOne(
      {{filter}},
      {{options}},
    );
    return found && {{row}};
  }
