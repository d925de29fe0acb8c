-- A connection that is removed goes with its users slice by slice; until the last one it is here, but for nobody to see.
ALTER TABLE connections ADD COLUMN is_going BIGINT; -- 1; null for connections that stay
CREATE INDEX connections_going ON connections (id) WHERE is_going IS NOT NULL;
