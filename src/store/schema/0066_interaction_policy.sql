ALTER TABLE statuses RENAME COLUMN quote_policy TO interaction_policy; -- it says more than who may quote: core/quote.h, core/interaction.h
