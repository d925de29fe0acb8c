  async function userOf(address) {
{{item}}    const documents = await (await collection()).find(
      {{filter}},
      {{options}},
    ).toArray();
    const rows = documents.map((found) => ({{row}}));
    // Two addresses may differ by capitals alone: the one that was typed is meant.
    return rows.find((row) => row.email === address) || rows[0];
  }
