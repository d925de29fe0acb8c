// Drivers read the machine while they load or connect (superagent, tedious, mongodb, both AWS SDKs);
// they must neither fail nor learn anything about it.
import os from "node:os";

const GIB = 2 ** 30;
const LOOPBACK = { netmask: "255.0.0.0", family: "IPv4", mac: "00:00:00:00:00:00", internal: true };
const user = { uid: 1000, gid: 1000, username: "sandbox", homedir: "/home/sandbox", shell: null };

const answers = {
  availableParallelism: () => 1,
  cpus: () => [
    { model: "cpu", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } },
  ],
  freemem: () => GIB,
  getPriority: () => 0,
  homedir: () => user.homedir,
  hostname: () => "sandbox",
  loadavg: () => [0, 0, 0],
  networkInterfaces: () => ({ lo: [{ address: "127.0.0.1", ...LOOPBACK, cidr: "127.0.0.1/8" }] }),
  release: () => "6.1.0",
  setPriority() {},
  totalmem: () => GIB,
  uptime: () => 86_400,
  userInfo: () => ({ ...user }),
  version: () => "#1 SMP",
};

for (const [name, answer] of Object.entries(answers)) {
  os[name] = Object.defineProperty(answer, "name", { value: name });
  // `${os.hostname}` gives what the call gives, as in Node.js.
  answer[Symbol.toPrimitive] = answer;
}
