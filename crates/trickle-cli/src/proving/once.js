((script) => {
  const counted = (...given) => {
    const callback = given.pop();
    const calls = [];
    const heard = (...answer) => {
      calls.push(answer);
      if (calls.length > 1) return;
      // A second call comes soon after the first, or never.
      setTimeout(() => {
        if (calls.length === 1) return callback(...calls[0]);
        callback(new Error(`the callback was called ${calls.length} times`));
      }, 300);
    };
    return script.apply(null, [...given, heard]);
  };
  Object.defineProperty(counted, 'length', { value: script.length });
  return counted;
})({{script}}
)
