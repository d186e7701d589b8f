-- What a group of notifications is altogether is read from its index alone.

DROP INDEX notifications_by_group;
CREATE INDEX notifications_by_group ON notifications (account_id, group_key, id, from_id) WHERE group_key IS NOT NULL;

-- postgres:
-- SQLite has this one: numbers as a JSON list.
CREATE AGGREGATE json_group_array(bigint) (SFUNC = array_append, STYPE = bigint[], INITCOND = '{}', FINALFUNC = array_to_json);
-- both:
