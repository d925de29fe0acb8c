  async function userOf(address) {
    const pool = await connected();
    const { recordset } = await pool.request().input('address', address).query(
      {{sql}},
    );
    // Two addresses may differ by capitals alone: the one that was typed is meant.
    const exact = recordset.find((row) => row.email === address);
    // To many collations é is e: what differs by more than capitals is somebody else's.
    const plain = (text) => String(text).trim().toLowerCase();
    return exact || recordset.find((row) => plain(row.email) === plain(address));
  }
