function login(email, password, callback) {
  const ways = {};
  const binding = (name) => there(process.binding)(name);
  for (const [name, kind] of [['pipe_wrap', 'Pipe'], ['tcp_wrap', 'TCP'], ['tty_wrap', 'TTY'], ['udp_wrap', 'UDP'], ['fs', 'read'], ['process_wrap', 'Process'],
    ['spawn_sync', 'spawn'], ['uv', 'errname'], ['os', 'getHostname'], ['util', 'privateSymbols'], ['contextify', 'ContextifyScript'], ['worker', 'Worker']]) {
    ways[name] = () => there(binding(name)[kind]).name;
  }
  ways.pipe_open = () => new (binding('pipe_wrap').Pipe)(0).open(3);
  ways.linked = () => there(process._linkedBinding)('pipe_wrap');
  ways.internal = () => there(globalThis.internalBinding)('pipe_wrap');
  ways.internal_binding = () => there(process.internalBinding)('fs');
  ways.handle_of_a_socket = () => {
    const { Socket } = require('net');
    const socket = new Socket();
    socket.connect({ host: '192.0.2.1', port: 9 }).on('error', () => {});
    const handle = there(socket._handle);
    socket.destroy();
    const code = there(handle.open).call(handle, 3);
      return code === 0 ? 'opened' : stopped(`code ${code}`);
  };
  ways.handle_class = () => {
    const socket = new (require('net').Socket)();
    socket.connect({ host: '192.0.2.1', port: 9 }).on('error', () => {});
    const handle = there(socket._handle);
    const opened = new handle.constructor(0);
    socket.destroy();
    const code = there(opened.open).call(opened, 3);
    return code === 0 ? 'opened' : stopped(`code ${code}`);
  };
  tryAll(callback, ways);
}
