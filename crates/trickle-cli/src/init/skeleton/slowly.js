  // A fast comparison with the slow one's work besides, so that the time taken tells neither the form nor who exists.
  const slowly = (compare) => async (typed, stored, salt, rounds{{algorithm}}) => {
    await {{slowest}}(typed, UNKNOWN, '', rounds{{algorithm}});
    return compare(typed, stored, salt, rounds{{algorithm}});
  };

