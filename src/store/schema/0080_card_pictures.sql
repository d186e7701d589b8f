-- What a card's picture is, known once it was fetched; found by its address.
ALTER TABLE cards ADD COLUMN blurhash TEXT NOT NULL DEFAULT '';
CREATE INDEX cards_by_image ON cards (image_url) WHERE image_url <> '';
