-- Who is known here only by what left, so that they can leave too.
CREATE INDEX status_groups_by_account ON status_groups (account_id);
CREATE INDEX notification_requests_by_from ON notification_requests (from_id);
CREATE INDEX notification_permissions_by_from ON notification_permissions (from_id);
CREATE INDEX severed_follows_by_account ON severed_follows (account_id);
CREATE INDEX severed_follows_by_target ON severed_follows (target_id);
