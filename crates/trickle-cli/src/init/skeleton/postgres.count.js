  // A count is a bigint, which comes as text.
  async function users() {
    return withClient(async (client) => {
      const { rows: [counted] } = await client.query(
        {{sql}},
      );
      return Number(counted.users);
    });
  }
