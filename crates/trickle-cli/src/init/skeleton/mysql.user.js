  async function userOf(address) {
    return withConnection(async (connection) => {
      const [rows] = await connection.execute(
        {{sql}},
        [address],
      );
      // Two addresses may differ by capitals alone: the one that was typed is meant.
      const exact = rows.find((row) => row.email === address);
      // To many collations é is e: what differs by more than capitals is somebody else's.
      const plain = (text) => String(text).trim().toLowerCase();
      return exact || rows.find((row) => plain(row.email) === plain(address));
    });
  }
