  async function userOf(address) {
    return withClient(async (client) => {
      const { rows } = await client.query(
        {{sql}},
        [address],
      );
      // Two addresses may differ by capitals alone: the one that was typed is meant.
      return rows.find((row) => row.email === address) || rows[0];
    });
  }
