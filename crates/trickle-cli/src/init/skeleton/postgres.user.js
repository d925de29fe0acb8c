  async function userOf(address) {
    return withClient(async (client) => {
      const { rows } = await client.query(
        {{sql}},
        [address],
      );
      return rows[0];
    });
  }
