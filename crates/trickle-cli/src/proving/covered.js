((script) => {
  const covered = (...given) => {
    const callback = given.pop();
    try {
      const result = script.apply(null, [...given, (...answer) => {
        {{name}}.tell();
        callback(...answer);
      }]);
      if (typeof result?.then === 'function') result.then(undefined, {{name}}.tell);
      return result;
    } catch (error) {
      {{name}}.tell();
      throw error;
    }
  };
  Object.defineProperty(covered, 'length', { value: script.length });
  return covered;
})
