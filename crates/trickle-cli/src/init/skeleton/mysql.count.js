  async function users() {
    return withConnection(async (connection) => {
      const [[counted]] = await connection.execute(
        {{sql}},
      );
      return Number(counted.users);
    });
  }
