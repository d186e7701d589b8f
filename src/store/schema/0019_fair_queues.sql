-- Queues that are fair to hosts and sites: whose each row is.

ALTER TABLE deliveries ADD COLUMN site_id BIGINT NOT NULL DEFAULT 0; -- whose account sends it
DROP INDEX deliveries_by_host;
CREATE INDEX deliveries_by_host ON deliveries (host, site_id, due);

ALTER TABLE inbox ADD COLUMN host TEXT NOT NULL DEFAULT '';          -- of who signed
CREATE INDEX inbox_by_host ON inbox (host, site_id, due);

ALTER TABLE jobs ADD COLUMN host TEXT NOT NULL DEFAULT '';           -- which must be asked for it; "": none
CREATE INDEX jobs_by_host ON jobs (host, lease) WHERE host <> '';

ALTER TABLE hosts ADD COLUMN slow BOOLEAN NOT NULL DEFAULT FALSE;    -- took long to take the last delivery
