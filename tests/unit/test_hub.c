/* Live events as core tells them: after the commit, written once for all who see the same, into rings that end; on both
 * databases. */
#include <time.h>

#include "core/hub_client.h"
#include "core/oauth.h"
#include "posts_world.h"
#include "store/users.h"

enum { MANY = 20 };

static _Atomic int written, woken;
static _Atomic bool held;

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000 * 1000 }, NULL);
}

static str payload(struct ctx *cx, enum event_carry carry, const struct event *e)
{
	written += carry == CARRY_STATUS;
	return strf(cx->mem, "%lld", (long long)e->id);
}

static str message(struct arena *mem, enum stream_format format, const struct subscription *from, const char *event, str what)
{
	(void)format;
	return strf(mem, "%s %s %.*s", channels[from->channel].name, event, STR_F(what));
}

static void command(struct ctx *cx, struct hub_client *c, str text)
{
	(void)cx;
	while (held)
		nap();
	hub_say(c, text);
}

static const struct stream_port port = { payload, message, command };

static void open_hub(struct server *s, struct world *w)
{
	server_open(s, w);
	s->app.hub = hub_start(&s->app, &(struct hub_options){ &port, 1000, 1000, 30 });
	written = woken = 0;
}

static void close_hub(struct server *s)
{
	hub_stop(s->app.hub);
	s->app.hub = NULL;
	server_close(s);
}

static enum err add_user(struct ctx *cx, void *arg)
{
	TRY(users_insert(cx->db, arg));
	return users_add_account(cx->db, ((struct user *)arg)->id, ((struct user *)arg)->account_id);
}

/* Somebody with a token, as the door leaves them. */
static void log_in(struct server *s, const struct account *who, str address)
{
	struct user u = { .id = id_new(), .site_id = who->site_id, .login = who->username, .role = S("user"), .locale = S("en"), .password_hash = S("x"), .account_id = who->id, .confirmed_at = 1, .approved_at = 1 };
	struct app_in in = { .name = S("app"), .scopes = S("read"), .redirect_uris = { (str[]){ S("https://app.test/") }, 1 } };
	struct oauth_app app;
	struct token t;
	str secret;

	assert_int_equal(write_tx(as(s, NULL), add_user, &u), OK);
	assert_int_equal(app_create(as(s, NULL), &in, &app, &secret), OK);
	assert_int_equal(token_make(as(s, NULL), app.id, u.id, who->id, S("read"), &t), OK);
	as(s, who);
	s->cx.token_id = t.id;
	s->cx.scopes = S("read");
	s->cx.address = address;
}

static struct hub_client *listen_to(struct server *s, const struct account *who, enum channel channel)
{
	struct subscription sub = { .channel = channel, .tag = S(""), .shown = S("") };
	struct hub_client *c;

	log_in(s, who, strf(s->cx.mem, "192.0.2.%u", (unsigned)(who->id & 255)));
	assert_int_equal(hub_join(&s->cx, STREAM_WEBSOCKET, &c), OK);
	assert_int_equal(hub_subscribe(&s->cx, c, &sub), OK);
	return c;
}

static str hears(struct server *s, struct hub_client *c)
{
	int64_t end = clock_mono() + 20 * SECOND;
	enum hub_end why;
	struct message *m;
	str text;

	while (!(m = hub_next(c, &why)) && !why && clock_mono() < end)
		nap();
	if (!m)
		return S("nothing");
	text = str_dup(s->cx.mem, str_n(m->text, m->n));
	message_drop(m);
	return text;
}

#define HEARS(s, c, ...) assert_true(str_eq(hears(s, c), strf((s)->cx.mem, __VA_ARGS__)))

static void a_post_is_written_once_for_all_to_whom_it_is_the_same(struct world *w)
{
	struct server s;
	const struct account *ann, *fans[MANY];
	struct hub_client *c[MANY];
	struct edit_in edit = { .text = S("edited") };
	int64_t id;

	open_hub(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < MANY; i++) {
		fans[i] = person(&s, cstr(s.cx.mem, strf(s.cx.mem, "fan%d", i)), s.site);
		follow(&s, fans[i], ann);
		c[i] = listen_to(&s, fans[i], CH_USER);
	}
	id = post(&s, ann, "public", "hello");
	for (int i = 0; i < MANY; i++)
		HEARS(&s, c[i], "user update %lld", (long long)id);
	assert_int_equal(written, 1);
	assert_int_equal(react_favourite(as(&s, fans[3]), fans[3], id, S("")), OK);
	assert_int_equal(status_edit(as(&s, ann), id, &edit), OK);
	for (int i = 0; i < MANY; i++)
		HEARS(&s, c[i], "user status.update %lld", (long long)id);
	assert_int_equal(written, 3); /* for the one who likes it, and for the others */
	for (int i = 0; i < MANY; i++)
		hub_leave(c[i]);
	close_hub(&s);
}

static enum err publish_and_fail(struct ctx *cx, void *arg)
{
	hub_publish(cx, &(struct event){ .kind = EV_FILTERS_CHANGED, .to = *(int64_t *)arg });
	return ERR_CONFLICT;
}

static enum err publish(struct ctx *cx, void *arg)
{
	hub_publish(cx, &(struct event){ .kind = EV_NOTIFICATIONS_MERGED, .to = *(int64_t *)arg });
	return OK;
}

static void what_was_not_committed_is_not_told(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct hub_client *c;
	int64_t id;

	open_hub(&s, w);
	ann = person(&s, "ann", s.site);
	c = listen_to(&s, ann, CH_USER);
	id = ann->id;
	assert_int_equal(write_tx(as(&s, ann), publish_and_fail, &id), ERR_CONFLICT);
	assert_int_equal(write_tx(as(&s, ann), publish, &id), OK);
	HEARS(&s, c, "user notifications_merged 0");
	hub_leave(c);
	close_hub(&s);
}

static void who_does_not_read_is_given_up_at_the_limit(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct hub_client *slow, *other;
	enum hub_end why = HUB_GOES_ON;
	char text[1000];
	int said = 0;

	open_hub(&s, w);
	ann = person(&s, "ann", s.site);
	slow = listen_to(&s, ann, CH_USER);
	assert_int_equal(hub_join(&s.cx, STREAM_EVENTS, &other), OK);
	memset(text, 'x', sizeof(text));
	for (; said * (int)sizeof(text) < STREAM_RING - 20000; said++)
		hub_say(slow, str_n(text, sizeof(text)));
	assert_true(said > 200);
	for (int i = 0; i < 20; i++)
		hub_say(slow, str_n(text, sizeof(text)));
	assert_null(hub_next(slow, &why));
	assert_int_equal(why, HUB_TOO_SLOW);
	hub_say(other, S("well"));
	HEARS(&s, other, "well");
	hub_leave(slow);
	hub_leave(other);
	close_hub(&s);
}

static void wake(void *arg)
{
	(void)arg;
	woken++;
}

static void clients_are_woken_asked_and_ended(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct hub_client *c;
	enum hub_end why = HUB_GOES_ON;
	int64_t end = clock_mono() + 20 * SECOND;
	int heard = 0;

	open_hub(&s, w);
	ann = person(&s, "ann", s.site);
	c = listen_to(&s, ann, CH_USER);
	hub_attach(c, wake, NULL);
	assert_true(hub_heard(c, S("said")));
	HEARS(&s, c, "said");
	assert_int_equal(woken, 1);
	held = true;
	while (heard < 100 && hub_heard(c, S("more")))
		heard++;
	assert_int_equal(heard, STREAM_COMMANDS);
	held = false;
	assert_int_equal(account_delete(as(&s, NULL), ann), OK);
	while (!why && clock_mono() < end) {
		message_drop(hub_next(c, &why));
		nap();
	}
	assert_int_equal(why, HUB_REVOKED);
	hub_leave(c);
	close_hub(&s);
}

static void a_post_that_comes_again_is_no_news(struct world *w)
{
	struct server s;
	const struct account *ann, *far;
	struct hub_client *home_of_ann, *tag;
	struct subscription cats = { .channel = CH_TAG, .tag = S("cats"), .shown = S("cats") };
	struct remote_status one, two, three;
	int64_t id[3];

	open_hub(&s, w);
	ann = person(&s, "ann", s.site);
	far = person(&s, "far", NULL);
	follow(&s, ann, far);
	home_of_ann = listen_to(&s, ann, CH_USER);
	assert_int_equal(hub_join(&s.cx, STREAM_EVENTS, &tag), OK);
	assert_int_equal(hub_subscribe(&s.cx, tag, &cats), OK);
	one = remote(&s, far, "1", "<p>#cats</p>");
	one.tags = (struct strs){ (str[]){ S("cats") }, 1 };
	two = remote(&s, far, "2", "<p>#cats</p>");
	two.tags = one.tags;
	three = remote(&s, far, "3", "<p>#cats</p>");
	three.tags = one.tags;
	id[0] = receive(&s, far, one);
	assert_int_equal(receive(&s, far, one), id[0]);
	/* fetched in a thread before its author sent it */
	assert_int_equal(status_receive(as(&s, NULL), far, &two, true, &id[1]), OK);
	assert_int_equal(receive(&s, far, two), id[1]);
	id[2] = receive(&s, far, three);
	for (int i = 0; i < 3; i++) {
		HEARS(&s, home_of_ann, "user update %lld", (long long)id[i]);
		HEARS(&s, tag, "hashtag update %lld", (long long)id[i]);
	}
	hub_leave(home_of_ann);
	hub_leave(tag);
	close_hub(&s);
}

static void there_are_so_many_and_no_more(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct hub_client *c[40];
	int n = 0;

	open_hub(&s, w);
	ann = person(&s, "ann", s.site);
	log_in(&s, ann, S("2001:db8::1"));
	while (n < 40 && hub_join(&s.cx, STREAM_EVENTS, &c[n]) == OK) {
		s.cx.address = strf(s.cx.mem, "2001:db8::%x", n); /* one network is one */
		n++;
	}
	assert_int_equal(n, 30);
	s.cx.address = S("2001:db8:0:1::1");
	assert_int_equal(hub_join(&s.cx, STREAM_EVENTS, &c[n]), OK);
	hub_leave(c[n]);
	for (int i = 0; i < n; i++)
		hub_leave(c[i]);
	close_hub(&s);
}

static void who_listens_for_days_is_not_away(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct hub_client *c;
	int64_t end = clock_mono() + 20 * SECOND, now;

	open_hub(&s, w);
	ann = person(&s, "ann", s.site);
	c = listen_to(&s, ann, CH_USER);
	clock_shift(25 * (int64_t)HOUR);
	now = clock_now();
	hub_tokens_ended(as(&s, NULL));
	while (clock_mono() < end && count_of(&s, "SELECT MAX(used_at) FROM oauth_tokens") < now)
		nap();
	assert_true(count_of(&s, "SELECT MAX(used_at) FROM oauth_tokens") >= now);
	hub_leave(c);
	close_hub(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_post_is_written_once_for_all_to_whom_it_is_the_same),
		T(what_was_not_committed_is_not_told),
		T(who_does_not_read_is_given_up_at_the_limit),
		T(clients_are_woken_asked_and_ended),
		T(a_post_that_comes_again_is_no_news),
		T(there_are_so_many_and_no_more),
		T(who_listens_for_days_is_not_away),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
