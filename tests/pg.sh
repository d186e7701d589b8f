#!/bin/sh
# A PostgreSQL cluster of its own for tests: pg.sh start DIR prints the conninfo, pg.sh stop DIR removes the cluster.
# Reached by a Unix socket in DIR only. PostgreSQL refuses to run as root, so root hands it to the user "postgres".
# Without fsync: tests kill programs, not the machine.
# start on a running cluster only prints the conninfo again. DIR must be a path its user can reach (/tmp is good).
set -eu

usage() { echo "usage: $0 start DIR | stop DIR" >&2; exit 2; }
[ $# -eq 2 ] || usage
what=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)

# The newest one installed, else the one in PATH.
bin=$(ls -d /usr/lib/postgresql/*/bin/ 2>/dev/null | sort -t/ -k5,5n | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")/
[ -x "${bin}initdb" ] || { echo "no PostgreSQL server found: apt-get install postgresql" >&2; exit 1; }

if [ "$(id -u)" = 0 ]; then
	chown postgres "$dir"
	as() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); }
else
	as() { (cd / && "$@"); }
fi
as test -w "$dir" || { echo "the user of PostgreSQL cannot reach $dir" >&2; exit 1; }
[ ${#dir} -lt 90 ] || { echo "$dir is too long for a socket's address" >&2; exit 1; }

start() {
	chmod 700 "$dir"
	if [ ! -f "$dir/data/PG_VERSION" ]; then
		rm -rf "$dir/data"
		as "${bin}initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --no-instructions --no-sync \
			>"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
		cat >>"$dir/data/postgresql.conf" <<-END
			listen_addresses = ''
			unix_socket_directories = '$dir'
			max_connections = 200
			shared_buffers = 32MB
			fsync = off
			full_page_writes = off
			log_min_messages = fatal
			lc_messages = 'C'
		END
	fi
	as "${bin}pg_ctl" -D "$dir/data" status >/dev/null 2>&1 ||
		as "${bin}pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start >/dev/null 2>&1 </dev/null ||
		{ cat "$dir/server.log" >&2; exit 1; }
	echo "host=$dir user=postgres dbname=postgres"
}

stop() {
	as "${bin}pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
	rm -rf "$dir/data" "$dir/initdb.log" "$dir/server.log"
	rmdir "$dir" 2>/dev/null || true
}

case $what in
start) start ;;
stop) stop ;;
*) usage ;;
esac
