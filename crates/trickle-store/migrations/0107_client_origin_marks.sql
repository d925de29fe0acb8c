-- Patterns whose star is a part of a label have a mark of their domain beside them, so that an origin of another domain is not looked up in
-- the thousands of patterns that would cover it. Origins of all clients are written again when the store opens.
UPDATE api_clients SET origins_written = NULL;
