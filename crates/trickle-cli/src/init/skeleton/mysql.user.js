  async function userOf(address) {
    return withConnection(async (connection) => {
      const [rows] = await connection.execute(
        {{sql}},
        [address],
      );
      return rows[0];
    });
  }
