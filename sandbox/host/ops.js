// The host functions. After this module nothing reaches the engine's own ops.
const { trickle } = Deno[Deno.internal];

export const {
  isOpen,
  op_trickle_answer,
  op_trickle_argon2,
  op_trickle_bcrypt_compare,
  op_trickle_bcrypt_compare_sync,
  op_trickle_bcrypt_hash,
  op_trickle_bcrypt_hash_sync,
  op_trickle_bcrypt_salt,
  op_trickle_begin,
  op_trickle_ccm,
  op_trickle_cipher,
  op_trickle_compile,
  op_trickle_console,
  op_trickle_gcm_start,
  op_trickle_gcm_tag,
  op_trickle_module,
  op_trickle_modules_dir,
  op_trickle_waiting,
} = trickle;

delete Deno[Deno.internal];
delete Deno.internal;
