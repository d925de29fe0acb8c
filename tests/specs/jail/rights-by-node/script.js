function login(email, password, callback) {
  const os = require('os');
  const ways = {};
  for (const [name, ...args] of [['setuid', 0], ['setgid', 0], ['seteuid', 0], ['setegid', 0], ['setgroups', [0]], ['initgroups', 'root', 0], ['chdir', configuration.FOLDER]]) {
    ways[name] = () => there(process[name])(...args);
  }
  ways.umask = () => {
    process.umask(0);
    return process.umask() === 0 ? 'changed' : stopped('unchanged');
  };
  const priorityOf = (id, wanted) => {
    os.setPriority(id, wanted);
    return os.getPriority(id) === wanted ? 'changed' : stopped('unchanged');
  };
  ways.priority = () => priorityOf(0, -20);
  ways.priority_of_the_supervisor = () => priorityOf(+configuration.SUPERVISOR, 19);
  ways.title = () => {
    process.title = 'attacked';
    return stopped('nobody minds');
  };
  tryAll(callback, ways);
}
