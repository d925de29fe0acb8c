function login(email, password, callback) {
  const { spawn } = require('child_process');
  const { Worker } = require('worker_threads');
  const ways = {};
  for (let count = 0; count < 20; count += 1) {
    ways[`program ${count}`] = () => heard(spawn('/bin/true'), 'spawn');
    ways[`thread ${count}`] = () => heard(new Worker('0', { eval: true }), 'online');
  }
  tryAll(callback, ways);
}
