// A mail server for tests; it takes everything.
"use strict";
const net = require("node:net");

function serve(socket) {
  let inMail = false;
  socket.on("error", () => {});
  socket.write("220 mail ESMTP\r\n");
  socket.on("data", (data) => {
    for (const line of data.toString("utf8").split("\r\n")) {
      if (inMail && line !== ".") continue;
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "") continue;
      if (inMail) socket.write("250 queued as 1\r\n");
      else if (verb === "QUIT") socket.end("221 bye\r\n");
      else socket.write(verb === "DATA" ? "354 go on\r\n" : "250 fine\r\n");
      inMail = verb === "DATA";
    }
  });
}

exports.smtp = () => net.createServer(serve);
