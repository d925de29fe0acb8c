// `jwt` of the old sandbox: jsonwebtoken with the lifetimes of its first versions.

const SECONDS = { expiresInMinutes: 60, expiresInSeconds: 1 };

/// The package, whose `sign` knows `expiresInMinutes` and `expiresInSeconds`.
export function oldJwt(jsonwebtoken) {
  return {
    ...jsonwebtoken,
    sign(payload, secret, options, callback) {
      if (typeof options === "function" || !options) return jsonwebtoken.sign(payload, secret, options, callback);
      const { expiresInMinutes, expiresInSeconds, ...rest } = options;
      for (const [name, value] of Object.entries({ expiresInMinutes, expiresInSeconds })) {
        if (value !== undefined) rest.expiresIn ??= Math.round(value * SECONDS[name]);
      }
      return jsonwebtoken.sign(payload, secret, rest, callback);
    },
  };
}
