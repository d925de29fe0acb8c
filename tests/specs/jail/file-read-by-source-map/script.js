function login(email, password, callback) {
  const maps = [`file://${configuration.SECRET}.json`, `${configuration.SECRET}.json`, `http://127.0.0.1:${configuration.TCP}/map`];
  const ways = {};
  for (const map of maps) {
    ways[map.replace(/\d+/g, 'N').replace(/\/[^:]*\//, '/…/')] = () => {
      try {
        (0, eval)(`throw new Error('mapped')\n//# sourceMappingURL=${map}`);
      } catch (error) {
        stopped(/mapped/.test(error.stack) ? 'not read' : error.stack);
      }
    };
  }
  tryAll(callback, ways);
}
