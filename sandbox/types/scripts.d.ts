// The eight scripts. Above a script's function stands `/** @type {LoginScript} */`. The compiler does not take that of an
// async function: there `@param {LoginCallback} callback` types the callback, and so on. What a function returns does not
// matter; a promise that rejects is the script's error.

/** Ends a run; only its first call counts. A falsy error means success. */
type ActionCallback<Result> = (error?: Error | string | object | null, result?: Result, ...ignored: unknown[]) => void;

/** What `login` and `get_user` give of a user. Other fields become part of the stored profile. */
interface ActionProfile {
  /** The legacy store's permanent id of the user, the same from `login` and `get_user`. */
  user_id?: string | number;
  /** Taken where `user_id` is missing. */
  id?: string | number;
  /** Required unless the connection has user names or phone numbers as identifiers. */
  email?: string | null;
  email_verified?: boolean | null;
  username?: string | null;
  /** E.164, for example `+4930123456`. */
  phone_number?: string | null;
  phone_verified?: boolean | null;
  name?: string | null;
  given_name?: string | null;
  family_name?: string | null;
  nickname?: string | null;
  /** An address of a picture. */
  picture?: string | null;
  /** True shuts the user out. */
  blocked?: boolean | null;
  /** What the user may change. */
  user_metadata?: Record<string, unknown> | null;
  /** What administrators may change. */
  app_metadata?: Record<string, unknown> | null;
  /** The old name of `app_metadata`. */
  metadata?: Record<string, unknown> | null;
  mfa_factors?: ActionMfaFactor[] | null;
  [field: string]: unknown;
}

/** Exactly one of the three. */
type ActionMfaFactor = { phone: { value: string } } | { totp: { secret: string } } | { email: { value: string } };

/** The user that `create` is given. */
interface ActionNewUser {
  /** The application that signs up. */
  client_id: string;
  tenant: string;
  connection: string;
  email: string;
  /** As typed. */
  password: string;
  /** Where the connection requires one. */
  username?: string;
  user_metadata?: Record<string, unknown>;
  app_metadata?: Record<string, unknown>;
  [field: string]: unknown;
}

/** What only a script sees that declares one parameter more than documented. */
interface ActionContext {
  organization?: { id: string; name: string; display_name?: string; metadata?: Record<string, unknown> };
  [field: string]: unknown;
}

type LoginCallback = ActionCallback<ActionProfile | null>;
type GetUserCallback = ActionCallback<ActionProfile | null>;
type CreateCallback = ActionCallback<unknown>;
type VerifyCallback = ActionCallback<unknown>;
type ChangePasswordCallback = ActionCallback<
  boolean | { last_password_reset?: string | Date; [field: string]: unknown } | null
>;
type ChangeEmailCallback = ActionCallback<boolean | null>;
type DeleteCallback = ActionCallback<unknown>;
type CountCallback = ActionCallback<number | string>;

/** Checks a password: `callback(null, profile)`, or `callback(new WrongUsernameOrPasswordError(identifier))`. */
type LoginScript = (identifier: string, password: string, callback: LoginCallback) => any;
/** {@link LoginScript} with `context`. */
type LoginScriptWithContext = (
  identifier: string,
  password: string,
  context: ActionContext,
  callback: LoginCallback,
) => any;

/** Looks a user up: `callback(null, profile)`, or `callback(null)` where there is none. */
type GetUserScript = (identifier: string, callback: GetUserCallback) => any;
/** {@link GetUserScript} with `context`. */
type GetUserScriptWithContext = (
  identifier: string,
  context: ActionContext,
  callback: GetUserCallback,
) => any;

/** Adds a user: `callback(null)`, or `callback(new ValidationError("user_exists", message))`. */
type CreateScript = (user: ActionNewUser, callback: CreateCallback) => any;
/** {@link CreateScript} with `context`. */
type CreateScriptWithContext = (user: ActionNewUser, context: ActionContext, callback: CreateCallback) => any;

/** Marks an address as verified: `callback(null, true)`. */
type VerifyScript = (email: string, callback: VerifyCallback) => any;
/** {@link VerifyScript} with `context`. */
type VerifyScriptWithContext = (email: string, context: ActionContext, callback: VerifyCallback) => any;

/** Sets a password: `callback(null, true)`, or `callback(null, false)` where nothing was changed. */
type ChangePasswordScript = (
  identifier: string,
  newPassword: string,
  callback: ChangePasswordCallback,
) => any;
/** {@link ChangePasswordScript} with `context`. */
type ChangePasswordScriptWithContext = (
  identifier: string,
  newPassword: string,
  context: ActionContext,
  callback: ChangePasswordCallback,
) => any;

/** Sets an address: `callback(null, true)`, or `callback(null, false)` where nothing was changed. */
type ChangeEmailScript = (
  email: string,
  newEmail: string,
  verified: boolean,
  callback: ChangeEmailCallback,
) => any;

/** Removes a user, by the id without `auth0|`: `callback(null)`. */
type DeleteScript = (id: string, callback: DeleteCallback) => any;
/** {@link DeleteScript} with `context`. */
type DeleteScriptWithContext = (id: string, context: ActionContext, callback: DeleteCallback) => any;

/**
 * Counts the legacy store's users, for the forecast: `callback(null, number)`, a whole number of 0 or more, also as text.
 * Trickle's own: it stands under `options.trickle.scripts`.
 */
type CountScript = (callback: CountCallback) => any;
/** {@link CountScript} with `context`. */
type CountScriptWithContext = (context: ActionContext, callback: CountCallback) => any;
