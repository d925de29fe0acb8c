  async function userOf(address) {
    return withConnection(async (connection) => {
      const [rows] = await connection.execute(
        {{sql}},
        [address],
      );
      // Two addresses may differ by capitals alone: the one that was typed is meant.
      return rows.find((row) => row.email === address) || rows[0];
    });
  }
