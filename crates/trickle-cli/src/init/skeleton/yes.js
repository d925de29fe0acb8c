  // What stores write for yes: true, bits, numbers, letters, words, and the time of it. Times about 1970 or before stand for none, as 0000-00-00 does.
  function isYes(value) {
    const isTime = (time) => time.getTime() > 100000000;
    if (value instanceof Date) return isTime(value);
    if (Buffer.isBuffer(value) && value.includes(1)) return true;
    const text = String(value).trim().toLowerCase();
    if (/^\d{4}-\d\d-\d\d/.test(text)) return isTime(new Date(text));
    return ['true', 't', 'yes', 'y'].includes(text) || Number(text) > 0;
  }
