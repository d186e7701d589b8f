#pragma once
/* The order of a queue that is fair: each site has its turn, and of each site each host. */

/* Rows (id, due, host, site_id, ...) of `base`, with turn (the how manyeth of its host and site) and share (the how manyeth of
 * its site, hosts taking turns); to be taken ORDER BY FAIR_ORDER(alias). */
#define FAIR(base) \
	"(SELECT v.*, ROW_NUMBER() OVER (PARTITION BY v.site_id ORDER BY v.turn, v.due, v.id) AS share FROM" \
	" (SELECT w.*, ROW_NUMBER() OVER (PARTITION BY w.host, w.site_id ORDER BY w.due, w.id) AS turn FROM (" base ") w) v)"
#define FAIR_ORDER(a) #a ".share, " #a ".turn, " #a ".due, " #a ".id"

/* Each host of a table once, as x(host), by its index on host instead of all rows; the last one is NULL. */
#define HOSTS_OF(table) \
	"WITH RECURSIVE x(host) AS (SELECT MIN(host) FROM " table \
	" UNION ALL SELECT (SELECT MIN(e.host) FROM " table " e WHERE e.host > x.host) FROM x WHERE x.host IS NOT NULL)"
/* Those that queues may name; 0 is for what is nobody's. */
#define SITES_OF_QUEUES "(SELECT id FROM sites UNION ALL SELECT 0) s"
