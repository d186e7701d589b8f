-- Live events of commands, for the server on this database: where no database tells others of them (SQLite).

CREATE TABLE left_events (
	id @ID,
	text TEXT NOT NULL                  -- one line of the hub's
);
