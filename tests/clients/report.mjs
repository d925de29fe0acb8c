// What every script here shares: settings from the environment, findings as JSON lines.
export const sdk = process.env.SDK;
export const domain = process.env.DOMAIN;
export const clientId = process.env.CLIENT_ID;
export const clientSecret = process.env.CLIENT_SECRET;
export const parameters = JSON.parse(process.env.PARAMETERS);

/** Prints the result of a call, or what it failed with, under a name. */
export async function report(step, call) {
  try {
    const value = await call();
    console.log(JSON.stringify({ step, value: value ?? null }));
    return value;
  } catch (error) {
    const { name, statusCode, errorCode, message } = error;
    const told = { name, statusCode, errorCode, message, error: error.error, description: error.error_description };
    console.log(JSON.stringify({ step, failed: { ...told, body: error.body } }));
    return undefined;
  }
}
