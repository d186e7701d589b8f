"""Notifications one by one and in groups: what is told, how it is grouped, paging, counting, dismissing."""
import time

import pytest
from harness import ApiError
from shapes import is_a


def refused(fn, status=422):
    with pytest.raises(ApiError) as e:
        fn()
    assert e.value.status == status, e.value
    return e.value.reply.json()["error"]


def groups(client, **params):
    return is_a("GroupedNotificationsResults", client.get("/api/v2/notifications", **params))


def like(client, post):
    client.post(f"/api/v1/statuses/{post}/favourite")


@pytest.fixture
def crowd(server):
    return [server.someone("fan") for _ in range(3)]


@pytest.fixture
def liked(alice, crowd):
    """A post of alice that everybody liked, one boosted, and one answered."""
    post = alice.status("like me")["id"]
    for fan in crowd:
        like(fan, post)
    crowd[0].post(f"/api/v1/statuses/{post}/reblog")
    crowd[1].status(f"@{alice.name} nice", in_reply_to_id=post)
    return post


def test_what_is_alike_is_one_group(alice, crowd, liked):
    page = groups(alice)
    found = page["notification_groups"]
    assert [g["type"] for g in found] == ["mention", "reblog", "favourite"]
    fav = found[2]
    assert fav["notifications_count"] == 3 and fav["status_id"] == liked
    assert fav["sample_account_ids"] == [f.id for f in reversed(crowd)]
    hour, = {int(time.time()) // 3600, int(time.time() - 60) // 3600} & {int(fav["group_key"].rsplit("-", 1)[1])}
    assert fav["group_key"] == f"favourite-{liked}-{hour}"
    assert found[0]["group_key"] == f"ungrouped-{found[0]['most_recent_notification_id']}"
    assert {a["id"] for a in page["accounts"]} == {f.id for f in crowd}
    assert {s["id"] for s in page["statuses"]} == {g["status_id"] for g in found}
    one_by_one = is_a("Notification[]", alice.get("/api/v1/notifications"))
    assert [n["group_key"] for n in one_by_one] == [found[0]["group_key"], found[1]["group_key"]] + [fav["group_key"]] * 3
    ids = [n["id"] for n in one_by_one if n["type"] == "favourite"]
    assert fav["most_recent_notification_id"] == int(ids[0])
    assert (fav["page_max_id"], fav["page_min_id"]) == (ids[0], ids[-1])
    assert fav["latest_page_notification_at"] == one_by_one[2]["created_at"]


def test_a_group_by_its_key(alice, bob, crowd, liked):
    key = groups(alice)["notification_groups"][2]["group_key"]
    shown = is_a("GroupedNotificationsResults", alice.get(f"/api/v2/notifications/{key}"))
    assert shown["notification_groups"][0]["notifications_count"] == 3
    assert "page_min_id" not in shown["notification_groups"][0]
    accounts = is_a("Account[]", alice.get(f"/api/v2/notifications/{key}/accounts"))
    assert [a["id"] for a in accounts] == [f.id for f in reversed(crowd)]
    r = alice.raw("GET", f"/api/v2/notifications/{key}/accounts", params={"limit": 2})
    following = r.links["next"]["url"]
    assert [a["id"] for a in r.json() + alice.get(following)] == [f.id for f in reversed(crowd)]
    assert bob.get(f"/api/v2/notifications/{key}/accounts") == []
    refused(lambda: bob.get(f"/api/v2/notifications/{key}"), 404)
    bob.post(f"/api/v2/notifications/{key}/dismiss")
    assert alice.get(f"/api/v2/notifications/{key}")
    alone = groups(alice)["notification_groups"][0]["group_key"]
    assert alice.get(f"/api/v2/notifications/{alone}")["notification_groups"][0]["type"] == "mention"
    for k in (key, alone):
        assert alice.post(f"/api/v2/notifications/{k}/dismiss") == {}
        refused(lambda k=k: alice.get(f"/api/v2/notifications/{k}"), 404)
    assert [n["type"] for n in alice.get("/api/v1/notifications")] == ["reblog"]


def test_accounts_in_full_or_just_their_pictures(alice, crowd, liked):
    page = groups(alice, expand_accounts="partial_avatars")
    # the newest of each group in full
    assert [a["id"] for a in page["accounts"]] == [crowd[1].id, crowd[0].id, crowd[2].id]
    assert page["partial_accounts"] == []
    for fan in crowd[:2]:
        alice.post(f"/api/v1/accounts/{fan.id}/note", comment="x")  # no change of what is told
    page = groups(alice, expand_accounts="partial_avatars", types=["favourite"])
    assert [a["id"] for a in page["accounts"]] == [crowd[2].id]
    assert [a["id"] for a in page["partial_accounts"]] == [crowd[1].id, crowd[0].id]
    assert page["partial_accounts"][0].keys() >= {"id", "acct", "locked", "bot", "url", "avatar", "avatar_static"}
    assert "note" not in page["partial_accounts"][0]
    assert "partial_accounts" not in groups(alice, expand_accounts="full")
    assert "expand_accounts" in refused(lambda: groups(alice, expand_accounts="some"), 400)


def test_only_the_kinds_asked_for_are_grouped(alice, crowd, liked):
    for fan in crowd:
        fan.post(f"/api/v1/accounts/{alice.id}/follow")
    assert [g["type"] for g in groups(alice)["notification_groups"]] == ["follow", "mention", "reblog", "favourite"]
    found = groups(alice, **{"grouped_types[]": ["favourite"]})["notification_groups"]
    assert [g["type"] for g in found] == ["follow"] * 3 + ["mention", "reblog", "favourite"]
    assert [g["notifications_count"] for g in found] == [1, 1, 1, 1, 1, 3]
    assert found[0]["group_key"].startswith("ungrouped-")
    assert alice.get("/api/v2/notifications/unread_count")["count"] == 4
    assert alice.get("/api/v2/notifications/unread_count", **{"grouped_types[]": ["favourite"]})["count"] == 6


def test_a_group_takes_in_twelve_hours(server, alice, crowd):
    post = alice.status("for long")["id"]
    like(crowd[0], post)
    key = alice.get("/api/v1/notifications")[0]["group_key"]
    prefix, hour = key.rsplit("-", 1)
    for ago, same in ((11, True), (12, False)):
        server.sql(f"UPDATE notifications SET group_key = '{prefix}-{int(hour) - ago}' WHERE group_key LIKE '{prefix}-%'")
        fan = crowd[1] if same else crowd[2]
        like(fan, post)
        keys = [n["group_key"] for n in alice.get("/api/v1/notifications", types=["favourite"])]
        assert (len(set(keys)) == 1) == same, keys


def test_pages_of_groups_join_up_in_both_directions(alice, crowd, liked):
    other = alice.status("and me")["id"]
    for fan in crowd:
        like(fan, other)
    whole = [g["group_key"] for g in groups(alice)["notification_groups"]]
    assert len(whole) == 4
    down, url = [], "/api/v2/notifications?limit=1"
    while url and len(down) < 20:
        r = alice.raw("GET", url)
        page = r.json()["notification_groups"]
        down += [g["group_key"] for g in page]
        url = r.links["next"]["url"] if page else None
    # a group that goes on below a page comes again, with what is left of it, and apps merge them
    assert list(dict.fromkeys(down)) == whole and len(down) <= 8
    up, low = [], "1"
    while len(up) < 20:
        page = groups(alice, limit=1, min_id=low)["notification_groups"]
        if not page:
            break
        up.append(page[0]["group_key"])
        low = page[0]["page_max_id"]
    assert len(up) == 8 and list(dict.fromkeys(reversed(up))) == whole
    newest = groups(alice)["notification_groups"][0]
    assert groups(alice, since_id=newest["page_max_id"])["notification_groups"] == []


def test_a_group_larger_than_pages(server, alice, bob, crowd, liked):
    top = int(groups(alice)["notification_groups"][0]["page_max_id"])
    # twenty more likes, as many people would leave them, and then something else
    server.sql("INSERT INTO notifications (id, account_id, kind, from_id, status_id, created_at, group_key) "
               f"SELECT {top} + 1 + (f.from_id % 7) + 7 * n.value, f.account_id, f.kind, f.from_id, f.status_id, f.created_at, f.group_key "
               "FROM notifications f, json_each('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]') n "
               f"WHERE f.account_id = {alice.id} AND f.kind = 'favourite' AND f.from_id = {crowd[0].id}")
    other = alice.status("another")["id"]
    like(bob, other)

    def kinds(**params):
        page = groups(alice, **params)["notification_groups"]
        return [(g["type"], g["notifications_count"]) for g in page]

    assert kinds(limit=1) == [("favourite", 1)]
    for n in (2, 3, 4):
        assert kinds(limit=n) == [("favourite", 1), ("favourite", 23), ("mention", 1), ("reblog", 1)][:n]
    assert kinds(limit=2, min_id=top) == [("favourite", 1), ("favourite", 23)]
    assert groups(alice)["notification_groups"][1]["sample_account_ids"] == [crowd[0].id]
    for most, count in ((1, 1), (3, 3), (5, 4), (100, 4)):
        assert alice.get("/api/v2/notifications/unread_count", limit=most)["count"] == count
    # whose account is gone neither stands for a group nor is among those it names
    server.sql(f"UPDATE accounts SET suspended_at = 1 WHERE id = {crowd[0].id}")
    large = groups(alice)["notification_groups"][-1]
    assert large["sample_account_ids"] == [f.id for f in reversed(crowd[1:])]


def test_filters_of_the_list(alice, crowd, liked):
    def kinds(**params):
        return [n["type"] for n in alice.get("/api/v1/notifications", **params)]

    assert kinds(types=["mention", "reblog"]) == ["mention", "reblog"]
    assert kinds(**{"exclude_types[]": ["favourite", "nonsense"]}) == ["mention", "reblog"]
    assert kinds(account_id=crowd[0].id) == ["reblog", "favourite"]
    assert kinds(account_id="17") == [] and kinds(**{"types[]": "nonsense"}) == []
    assert kinds(**{"supported_types[]": ["mention"]}) == ["mention", "reblog"] + ["favourite"] * 3
    assert kinds(limit=2) == ["mention", "reblog"]


def test_counting_what_is_unread(alice, crowd, liked):
    def unread(version, **params):
        return alice.get(f"/api/{version}/notifications/unread_count", **params)["count"]

    assert (unread("v1"), unread("v2")) == (5, 3)
    assert (unread("v1", limit=2), unread("v2", limit=2)) == (2, 2)
    assert (unread("v1", types=["favourite"]), unread("v2", types=["favourite"])) == (3, 1)
    assert unread("v1", **{"exclude_types[]": ["favourite"]}) == 2
    assert unread("v1", account_id=crowd[0].id) == 2
    alice.post("/api/v1/markers", notifications={"last_read_id": alice.get("/api/v1/notifications")[2]["id"]})
    assert (unread("v1"), unread("v2")) == (2, 2)


def test_dismissing(alice, bob, liked):
    def left():
        return [n["id"] for n in alice.get("/api/v1/notifications")]

    a, b, c, d, e = left()
    for path in (f"{a}/dismiss", f"dismiss?id={a}"):
        refused(lambda path=path: bob.post("/api/v1/notifications/" + path), 404)
    assert bob.delete("/api/v1/notifications/destroy_multiple", **{"ids[]": [a, b]}) == {}
    assert len(left()) == 5
    assert alice.post(f"/api/v1/notifications/{a}/dismiss") == {}
    assert alice.post("/api/v1/notifications/dismiss", id=b) == {}
    assert alice.delete(f"/api/v1/notifications/{c}") == {}
    assert left() == [d, e]
    assert alice.delete("/api/v1/notifications/destroy_multiple", **{"ids[]": [d, "17"]}) == {}
    assert left() == [e]
    assert alice.post("/api/v2/notifications/clear") == {}
    assert left() == []


def test_what_is_undone_leaves_its_group(alice, crowd, liked):
    crowd[2].post(f"/api/v1/statuses/{liked}/unfavourite")
    fav = groups(alice, types=["favourite"])["notification_groups"][0]
    assert fav["notifications_count"] == 2 and fav["sample_account_ids"] == [crowd[1].id, crowd[0].id]
    alice.delete(f"/api/v1/statuses/{liked}")
    assert [g["type"] for g in groups(alice)["notification_groups"]] == ["mention"]


def test_lost_follows_are_told_with_what_happened(server, alice, bob):
    other = server.add_site("lost.localhost")
    far = server.user("farbob", host=other)
    alice.post(f"/api/v1/accounts/{alice.find(far.handle)['id']}/follow")
    alice.post("/api/v1/domain_blocks", domain=other)
    told, = is_a("Notification[]", alice.get("/api/v1/notifications"))
    assert told["type"] == "severed_relationships" and told["account"]["id"] == alice.id
    event = told["event"]
    assert (event["type"], event["purged"], event["target_name"]) == ("user_domain_block", False, other)
    assert (event["followers_count"], event["following_count"]) == (0, 1)
    group = groups(alice)["notification_groups"][0]
    assert group["event"] == event and group["group_key"] == f"ungrouped-{told['id']}"
    refused(lambda: bob.get(f"/api/v1/notifications/{told['id']}"), 404)


def test_a_moderator_warns_and_the_warned_is_told(server, alice, bob):
    for words, why in (((f"none@{server.domain}", "text"), "no account"), ((alice.handle, "  "), "at most"),
                       ((alice.handle, "x" * 5001), "at most")):
        r = server.command("account", "warn", *words, ok=False)
        assert r.returncode == 1 and why in r.stderr, r.stderr
    assert server.command("account", "warn", alice.handle, ok=False).returncode == 2
    server.command("account", "warn", alice.handle, "Please be <kind>.\nThank you.")
    told, = is_a("Notification[]", alice.get("/api/v1/notifications"))
    assert told["type"] == "moderation_warning" and told["account"]["id"] == alice.id
    warning = is_a("AccountWarning", told["moderation_warning"])
    assert (warning["action"], warning["text"]) == ("none", "Please be <kind>.\nThank you.")
    assert warning["target_account"]["id"] == alice.id and (warning["appeal"], warning["status_ids"]) == (None, None)
    assert groups(alice)["notification_groups"][0]["moderation_warning"] == warning
    assert "fallback" not in told
    shown, = alice.get("/api/v1/notifications", **{"supported_types[]": ["mention"]})
    assert "moderator" in shown["fallback"]["title"]
    assert shown["fallback"]["details"] == "<p>Please be &lt;kind&gt;.<br>Thank you.</p>"
    assert bob.get("/api/v1/notifications") == []
    refused(lambda: bob.get(f"/api/v1/notifications/{told['id']}"), 404)


def test_apps_that_do_not_know_a_kind_have_it_in_words(server, alice, bob, liked, crowd):
    boss = server.user("boss", role="admin")
    crowd[0].post("/api/v1/reports", account_id=bob.id, comment="<b>")
    for name in ("new1", "new2"):
        server.add_user(name)
    report, = boss.get("/api/v1/notifications", types=["admin.report"], **{"supported_types[]": [""]})
    link = f'<a href="http://{server.host}/@{{0}}" class="u-url mention">@{{0}}</a>'
    assert report["fallback"]["title"] == f"{link.format(crowd[0].name)} reported {link.format(bob.name)}"
    assert report["report"]["target_account"]["id"] == bob.id
    path = f"/api/v1/notifications/{report['id']}"
    assert "fallback" not in boss.get(path)
    assert boss.get(path, **{"supported_types[]": ["mention"]})["fallback"] == report["fallback"]
    assert "fallback" not in boss.get(path, **{"supported_types[]": ["admin.report"]})
    known = {"supported_types[]": ["mention", "favourite"]}
    for g in is_a("GroupedNotificationsResults", alice.get("/api/v2/notifications", **known))["notification_groups"]:
        assert "fallback" not in g, g  # every app knows these
    all_of = boss.get("/api/v2/notifications", **known)["notification_groups"]
    told = {g["type"]: g["fallback"]["title"] for g in all_of if "fallback" in g}
    assert told["admin.report"] == report["fallback"]["title"]
    key = next(g["group_key"] for g in all_of if g["type"] == "admin.report")
    one = boss.get(f"/api/v2/notifications/{key}", **known)["notification_groups"][0]
    assert one["fallback"] == report["fallback"]
