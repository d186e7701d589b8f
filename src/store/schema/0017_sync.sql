-- Documents for followers only: with them goes what digest of the followers there we have (FEP-8fcf).

ALTER TABLE outgoing ADD COLUMN sync BOOLEAN NOT NULL DEFAULT FALSE;
