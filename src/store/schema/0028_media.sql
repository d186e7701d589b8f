-- What people here attach: files of blobs, by name (HASH.EXTENSION). remote_url is then empty.
ALTER TABLE attachments ADD COLUMN file TEXT;
ALTER TABLE attachments ADD COLUMN preview TEXT;
ALTER TABLE attachments ADD COLUMN upload TEXT;                                -- hash of what waits to be processed
ALTER TABLE attachments ADD COLUMN state BIGINT NOT NULL DEFAULT 0;            -- 0 ready, 1 waits, 2 could not be processed
ALTER TABLE attachments ADD COLUMN why TEXT;                                   -- it could not
ALTER TABLE attachments ADD COLUMN size BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN preview_width BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN preview_height BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN duration_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN bitrate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN frame_rate TEXT;                            -- 30/1
ALTER TABLE attachments ADD COLUMN audio TEXT;                                 -- codec
ALTER TABLE attachments ADD COLUMN audio_hz BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN audio_channels BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN colors TEXT;                                -- background, foreground, accent: #rrggbb each
CREATE INDEX attachments_loose ON attachments (created_at) WHERE status_id IS NULL;
CREATE INDEX attachments_by_file ON attachments (substr(file, 1, 64)) WHERE file IS NOT NULL;
CREATE INDEX attachments_by_preview ON attachments (substr(preview, 1, 64)) WHERE preview IS NOT NULL;
CREATE INDEX attachments_by_upload ON attachments (upload) WHERE upload IS NOT NULL;

-- What hung on that version: JSON [{"id", "description"}]; NULL: what hangs on it now. A file that an edit took away keeps its
-- post, with place -1.
ALTER TABLE status_edits ADD COLUMN media TEXT;

-- Of local accounts, by name; avatar_url and header_url are their addresses. Still ones where the file moves.
ALTER TABLE accounts ADD COLUMN avatar_file TEXT;
ALTER TABLE accounts ADD COLUMN avatar_still TEXT;
ALTER TABLE accounts ADD COLUMN avatar_description TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN header_file TEXT;
ALTER TABLE accounts ADD COLUMN header_still TEXT;
ALTER TABLE accounts ADD COLUMN header_description TEXT NOT NULL DEFAULT '';
CREATE INDEX accounts_by_avatar ON accounts (substr(avatar_file, 1, 64)) WHERE avatar_file IS NOT NULL;
CREATE INDEX accounts_by_avatar_still ON accounts (substr(avatar_still, 1, 64)) WHERE avatar_still IS NOT NULL;
CREATE INDEX accounts_by_header ON accounts (substr(header_file, 1, 64)) WHERE header_file IS NOT NULL;
CREATE INDEX accounts_by_header_still ON accounts (substr(header_still, 1, 64)) WHERE header_still IS NOT NULL;
