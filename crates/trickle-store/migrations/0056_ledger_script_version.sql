-- Which version of the script an attempt ran; nothing where none ran, or where it is older than versions.
ALTER TABLE ledger ADD COLUMN script_version BIGINT;
