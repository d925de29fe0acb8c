function cases(question, callback) { const module = { exports: {} }; (function (module, exports) { {{text}}
  })(module, module.exports);
  const list = Array.isArray(module.exports) ? module.exports : module.exports.cases;
  if (!Array.isArray(list)) throw new Error('write module.exports = [{ name, call, … }, …]');
  if (question.index === undefined) {
    callback(null, list.map(({ expect, ...rest }) => {
      const looks = typeof expect === 'function';
      return { case: looks || expect === undefined ? rest : { ...rest, expect }, looks };
    }));
    return;
  }
  // Nothing, true, a text or a list of texts; a failed assertion is a text, too.
  const defects = (said) => {
    if (said === undefined || said === null || said === true) return [];
    return said === false ? ['expect gave false'] : [said].flat().map(String);
  };
  Promise.resolve()
    .then(() => list[question.index].expect(question.run))
    .then((said) => callback(null, defects(said)), (error) => callback(null, [String(error?.message ?? error)]));
}
