-- The kind of HTTP signature a host took when it refused the usual one.

ALTER TABLE hosts ADD COLUMN rfc9421 BOOLEAN NOT NULL DEFAULT FALSE;
