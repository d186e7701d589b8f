"""Every endpoint of the client API, one row each: who may call it, with which scopes, on what, with which parameters and
what comes back. Rows state what https://docs.joinmastodon.org says, not what the program's own table says. What is asked of
every row: test_api_table.py."""
import copy
import re

from harness import OOB

OPEN, APP, USER = "open", "app", "user"
ROWS = []


class Row:
    def __init__(self, method, path, who=OPEN, scopes="", on=None, shape=None, params=None, spell=None, bad=(), paged=False,
                 also=None, status=200, unknown=404):
        self.method, self.path, self.who, self.on, self.shape = method, path, who, on, shape
        self.scopes = scopes.split("|") if scopes else []
        self.params = params        # what the call needs to be fine: JSON
        self.spell = spell          # of a reply: did it take params? Then they are sent in every spelling
        self.bad = bad              # (params, status) pairs
        self.also = also            # what else it takes: the answer is of the same shape
        self.paged, self.status, self.unknown = paged, status, unknown
        ROWS.append(self)

    def __repr__(self):
        return f"{self.method} {self.path}"

    def at(self, arg):
        args = iter(arg if isinstance(arg, tuple) else (arg, arg))
        return re.sub(r":\w+", lambda _: str(next(args)), self.path)


LONG = "x" * 5001
SEEN = {"types": ["mention"], "exclude_types": ["poll"], "account_id": "1"}
NOTICES = {**SEEN, "include_filtered": "true", "supported_types": ["mention"]}
FIELDS = {"0": {"name": "site", "value": "https://me.test/"}}
PERSON = {"locked": "false", "discoverable": True, "hide_collections": "0", "indexable": "t", "fields_attributes": FIELDS}
Row("POST", "/api/v1/apps", shape="CredentialApplication",
    params={"client_name": "an app", "redirect_uris": "https://app.test/back", "scopes": "read write", "website": "https://app.test"},
    spell=lambda r: (r["name"], r["redirect_uris"], r["scopes"]) == ("an app", ["https://app.test/back"], ["read", "write"]),
    bad=[({}, 422), ({"client_name": "x"}, 422), ({"client_name": "x", "redirect_uris": OOB, "scopes": "lick"}, 422)])
Row("GET", "/api/v1/apps/verify_credentials", APP, shape="Application")
Row("GET", "/api/v1/instance", shape="V1Instance")
Row("GET", "/api/v2/instance", shape="Instance")
Row("GET", "/api/v1/instance/rules", shape=list)
Row("GET", "/api/v1/instance/peers", shape=list)
Row("GET", "/api/v1/instance/translation_languages", shape=dict)
Row("POST", "/api/v1/statuses/:id/translate", USER, "read:statuses", "post", status=404)  # no server is set; else: test_translate.py
Row("GET", "/api/v1/peers/search", shape=list, params={"q": "x"}, bad=[({"q": "a" * 254}, 422)])
Row("GET", "/api/v1/instance/domain_blocks", USER, shape=list)  # who may see it is a setting: tests/fed/test_hosts.py
for _path in ("extended_description", "privacy_policy"):
    Row("GET", f"/api/v1/instance/{_path}", shape=dict)
for _path in ("terms_of_service", "terms_of_service/:date"):
    Row("GET", f"/api/v1/instance/{_path}", on="date" if ":" in _path else None, status=404)
for _path in ("activity", "languages"):
    Row("GET", f"/api/v1/instance/{_path}", shape={"activity": "Activity[]", "languages": "Language[]"}[_path])
Row("GET", "/api/oembed", shape=dict, params={"url": "https://elsewhere.test/"}, status=404)
Row("GET", "/api/v1/announcements", USER, shape="Announcement[]")
Row("POST", "/api/v1/announcements/:id/dismiss", USER, "write:accounts", "announcement", dict)
Row("PUT", "/api/v1/announcements/:id/reactions/:name", USER, "write:favourites", "reaction", dict)
Row("DELETE", "/api/v1/announcements/:id/reactions/:name", USER, "write:favourites", "reaction", dict)
Row("GET", "/api/v1/annual_reports", USER, "read:accounts", shape=dict)
Row("GET", "/api/v1/annual_reports/:year", USER, "read:accounts", "year", status=404)
Row("GET", "/api/v1/annual_reports/:year/state", USER, "read:accounts", "year", dict, unknown=200)
Row("POST", "/api/v1/annual_reports/:year/generate", USER, "write:accounts", "year", dict, unknown=200)
Row("POST", "/api/v1/annual_reports/:year/read", USER, "write:accounts", "year", status=404)
Row("GET", "/api/v1/donation_campaigns", USER, status=204, also={"seed": "17", "locale": "de"})
Row("GET", "/api/v1/accounts/:id/identity_proofs", USER, "", "account", list, unknown=200)
Row("GET", "/api/v1/custom_emojis", shape=list)

Row("POST", "/api/v1/accounts", APP, "write:accounts", status=403)  # closed; open: test_api_sign_up.py
Row("POST", "/api/v1/emails/confirmations", USER, "write:accounts", status=403)  # confirmed already; else: test_login.py
Row("GET", "/api/v1/emails/check_confirmation", USER, "read:accounts", shape=True)
Row("GET", "/api/v1/accounts", OPEN, "read:accounts", shape="Account[]")
Row("GET", "/api/v1/accounts/verify_credentials", USER, "profile|read:accounts", shape="CredentialAccount")
for _method in ("PATCH", "PUT"):
    Row(_method, "/api/v1/accounts/update_credentials", USER, "write:accounts", shape="CredentialAccount",
        params={"display_name": "Né 名 &<b>", "source": {"privacy": "unlisted", "sensitive": False}, "bot": "true"},
        spell=lambda r: (r["display_name"], r["source"]["privacy"], r["bot"]) == ("Né 名 &<b>", "unlisted", True),
        bad=[({"display_name": "n" * 31}, 422), ({"note": "n" * 501}, 422), ({"source": {"privacy": "odd"}}, 422)], also=PERSON)
Row("GET", "/api/v1/profile", USER, "profile|read:accounts", shape="Profile")
for _method in ("PATCH", "PUT"):
    Row(_method, "/api/v1/profile", USER, "write:accounts", shape="Profile",
        params={"display_name": "Né 名 &<b>", "show_media": "false", "attribution_domains": ["paper.test", "b.test"]},
        spell=lambda r: (r["display_name"], r["show_media"], r["attribution_domains"]) == ("Né 名 &<b>", False, ["paper.test", "b.test"]),
        bad=[({"display_name": "n" * 31}, 422), ({"attribution_domains": ["no domain"]}, 422)],
        also={**PERSON, "note": "n", "bot": False, "avatar_description": "a", "header_description": "h", "show_media_replies": True,
              "show_featured": "true"})
Row("GET", "/api/v1/accounts/lookup", OPEN, "read:accounts", shape="Account", params={"acct": "owner"},
    spell=lambda r: r["username"] == "owner", bad=[({}, 404), ({"acct": "no.such@@@"}, 404), ({"acct": "a" * 600}, 422)])
Row("GET", "/api/v1/accounts/search", USER, "read:accounts", shape="Account[]", params={"q": "owner", "resolve": "false"},
    spell=lambda r: r[0]["username"] == "owner", paged=True, bad=[({"q": "a" * 600}, 422)], also={"following": "false"})
Row("GET", "/api/v1/accounts/relationships", USER, "read:follows", shape="Relationship[]", also={"with_suspended": "true"})
Row("GET", "/api/v1/accounts/:id", OPEN, "read:accounts", "account", "Account")
Row("GET", "/api/v1/accounts/:id/statuses", OPEN, "read:statuses", "account", "Status[]", paged=True,
    also={"only_media": "true", "exclude_replies": "1", "exclude_reblogs": True, "tagged": "x", "pinned": "false"})
Row("GET", "/api/v1/accounts/:id/followers", OPEN, "read:accounts", "account", "Account[]", paged=True)
Row("GET", "/api/v1/accounts/:id/following", OPEN, "read:accounts", "account", "Account[]", paged=True)
Row("GET", "/api/v1/accounts/:id/featured_tags", OPEN, "read:accounts", "account", list)
Row("GET", "/api/v1/accounts/:id/lists", USER, "read:lists", "account", list)
Row("POST", "/api/v1/accounts/:id/follow", USER, "write:follows|follow", "account", "Relationship",
    params={"reblogs": False, "notify": True, "languages": ["de", "eo"]},
    spell=lambda r: r["following"] and not r["showing_reblogs"] and r["notifying"] and r["languages"] == ["de", "eo"])
Row("POST", "/api/v1/accounts/:id/unfollow", USER, "write:follows|follow", "account", "Relationship")
Row("POST", "/api/v1/accounts/:id/remove_from_followers", USER, "write:follows|follow", "account", "Relationship")
Row("POST", "/api/v1/accounts/:id/block", USER, "write:blocks|follow", "enemy", "Relationship")
Row("POST", "/api/v1/accounts/:id/unblock", USER, "write:blocks|follow", "enemy", "Relationship")
Row("POST", "/api/v1/accounts/:id/mute", USER, "write:mutes|follow", "enemy", "Relationship",
    params={"notifications": "false", "duration": 3600},
    spell=lambda r: r["muting"] and not r["muting_notifications"] and r["muting_expires_at"],
    bad=[({"duration": -5}, 422), ({"duration": "soon"}, 422)])
Row("POST", "/api/v1/accounts/:id/unmute", USER, "write:mutes|follow", "enemy", "Relationship")
for _verb in ("endorse", "pin"):
    Row("POST", f"/api/v1/accounts/:id/{_verb}", USER, "write:accounts", "followee", "Relationship")
for _verb in ("unendorse", "unpin"):
    Row("POST", f"/api/v1/accounts/:id/{_verb}", USER, "write:accounts", "account", "Relationship")
Row("GET", "/api/v1/accounts/:id/endorsements", OPEN, "read:accounts", "account", paged=True, shape="Account[]")
Row("GET", "/api/v1/endorsements", USER, "read:accounts", paged=True, shape="Account[]")
Row("GET", "/api/v1/domain_blocks/preview", USER, "write:blocks|follow", params={"domain": "elsewhere.test"},
    spell=lambda r: r == {"following_count": 0, "followers_count": 0}, bad=[({"domain": "no domain"}, 422)],
    shape="DomainBlockPreview")
Row("POST", "/api/v1/accounts/:id/note", USER, "write:accounts", "account", "Relationship",
    params={"comment": "a & b=ü"}, spell=lambda r: r["note"] == "a & b=ü", bad=[({"comment": "x" * 2001}, 422)])
Row("GET", "/api/v1/blocks", USER, "read:blocks|follow", shape="Account[]", paged=True)
Row("GET", "/api/v1/mutes", USER, "read:mutes|follow", shape="Account[]", paged=True)
Row("GET", "/api/v1/follow_requests", USER, "read:follows|follow", shape="Account[]", paged=True)
Row("POST", "/api/v1/follow_requests/:id/authorize", USER, "write:follows|follow", "asker", "Relationship")
Row("POST", "/api/v1/follow_requests/:id/reject", USER, "write:follows|follow", "asker", "Relationship")
Row("GET", "/api/v1/domain_blocks", USER, "read:blocks|follow", shape=list, paged=True)
for _method in ("POST", "DELETE"):
    Row(_method, "/api/v1/domain_blocks", USER, "write:blocks|follow", shape={}, params={"domain": "bad.test"},
        spell=lambda r: r == {}, bad=[({}, 422), ({"domain": "no domain"}, 422)])

Row("POST", "/api/v1/statuses", USER, "write:statuses", shape="Status",
    params={"status": "Grüße & 50% + 名", "spoiler_text": "cw", "visibility": "unlisted", "language": "de", "sensitive": "on"},
    spell=lambda r: (r["content"], r["spoiler_text"], r["visibility"], r["language"], r["sensitive"])
    == ("<p>Grüße &amp; 50% + 名</p>", "cw", "unlisted", "de", True),
    bad=[({}, 422), ({"status": " \n "}, 422), ({"status": LONG}, 422), ({"status": "x", "visibility": "odd"}, 422),
         ({"status": "x", "in_reply_to_id": "17"}, 404), ({"status": "x", "in_reply_to_id": "zap"}, 404),
         ({"status": "x", "media_ids": ["1"]}, 422), ({"status": "x", "poll": {"options": ["a", "b"]}}, 422),
         ({"status": "x", "poll": {"options": ["a"], "expires_in": 600}}, 422),
         ({"status": "x", "poll": {"options": ["a"] * 1000, "expires_in": 600}}, 422),
         ({"status": "x", "scheduled_at": "2021-01-01T00:00:00Z"}, 422), ({"status": "x", "scheduled_at": "soon"}, 422)],
    also={"quote_approval_policy": "followers", "allowed_mentions": ["1"]})
Row("GET", "/api/v1/statuses", OPEN, "read:statuses", shape="Status[]")
Row("GET", "/api/v1/statuses/:id", OPEN, "read:statuses", "post", "Status")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v1/statuses/:id", USER, "write:statuses", "mine", "Status",
        params={"status": "edited & <b>", "spoiler_text": "now", "sensitive": 1},
        spell=lambda r: r["content"] == "<p>edited &amp; &lt;b&gt;</p>" and r["spoiler_text"] == "now" and r["sensitive"],
        bad=[({"status": ""}, 422), ({"status": LONG}, 422)], also={"language": "eo", "quote_approval_policy": "nobody"})
Row("DELETE", "/api/v1/statuses/:id", USER, "write:statuses", "mine", "DeletedStatus", also={"delete_media": "true"})
Row("GET", "/api/v1/statuses/:id/context", OPEN, "read:statuses", "post", "Context")
Row("GET", "/api/v1_alpha/async_refreshes/:id", USER, "read", "refresh", "AsyncRefreshResponse")
Row("GET", "/api/v1/statuses/:id/card", OPEN, "read:statuses", "post", dict)
Row("GET", "/api/v1/statuses/:id/history", OPEN, "read:statuses", "post", "StatusEdit[]")
Row("GET", "/api/v1/statuses/:id/source", USER, "read:statuses", "mine", "StatusSource")
Row("GET", "/api/v1/statuses/:id/favourited_by", OPEN, "read:accounts", "post", "Account[]", paged=True)
Row("GET", "/api/v1/statuses/:id/reblogged_by", OPEN, "read:accounts", "post", "Account[]", paged=True)
Row("POST", "/api/v1/statuses/:id/favourite", USER, "write:favourites", "post", "Status")
Row("POST", "/api/v1/statuses/:id/unfavourite", USER, "write:favourites", "post", "Status")
Row("POST", "/api/v1/statuses/:id/reblog", USER, "write:statuses", "post", "Status", params={"visibility": "unlisted"},
    spell=lambda r: r["visibility"] == "unlisted" and r["reblog"]["visibility"] == "public", bad=[({"visibility": "odd"}, 422)])
Row("POST", "/api/v1/statuses/:id/unreblog", USER, "write:statuses", "post", "Status")
Row("POST", "/api/v1/statuses/:id/bookmark", USER, "write:bookmarks", "post", "Status")
Row("POST", "/api/v1/statuses/:id/unbookmark", USER, "write:bookmarks", "post", "Status")
Row("POST", "/api/v1/statuses/:id/pin", USER, "write:accounts", "pinnable", "Status")
Row("POST", "/api/v1/statuses/:id/unpin", USER, "write:accounts", "pinnable", "Status")
Row("POST", "/api/v1/statuses/:id/mute", USER, "write:mutes", "post", "Status")
Row("POST", "/api/v1/statuses/:id/unmute", USER, "write:mutes", "post", "Status")
Row("GET", "/api/v1/favourites", USER, "read:favourites", shape="Status[]", paged=True)
Row("GET", "/api/v1/bookmarks", USER, "read:bookmarks", shape="Status[]", paged=True)

for _path in ("v1", "v2"):
    Row("POST", f"/api/{_path}/media", USER, "write:media", status=422)  # without a file: tests/api/test_media.py
Row("GET", "/api/v1/media/:id", USER, "write:media", "file", "MediaAttachment")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v1/media/:id", USER, "write:media", "file", "MediaAttachment", params={"description": "said", "focus": "0.5,0.5"},
        spell=lambda r: (r["description"], r["meta"]["focus"]["x"]) == ("said", 0.5), bad=[({"description": "x" * 10001}, 422)])
Row("DELETE", "/api/v1/media/:id", USER, "write:media", "file", {})
for _path in ("avatar", "header"):
    Row("DELETE", f"/api/v1/profile/{_path}", USER, "write:accounts", shape="CredentialAccount")
# "/api/v1/media" "/api/v2/media" "/api/v1/profile/avatar" "/api/v1/profile/header"

Row("GET", "/api/v1/statuses/:id/quotes", OPEN, "read:statuses", "post", "Status[]", paged=True)
Row("POST", "/api/v1/statuses/:id/quotes/:quoting_id/revoke", USER, "write:statuses", "quoted", "Status",
    spell=lambda r: r["quote"]["state"] == "revoked")
Row("PUT", "/api/v1/statuses/:id/interaction_policy", USER, "write:statuses", "mine", "Status",
    params={"quote_approval_policy": "followers"}, spell=lambda r: r["quote_approval"]["automatic"] == ["followers"],
    bad=[({"quote_approval_policy": "odd"}, 422)])
Row("GET", "/api/v1/polls/:id", OPEN, "read:statuses", "poll", "Poll")
Row("POST", "/api/v1/polls/:id/votes", USER, "write:statuses", "poll", "Poll", params={"choices": [1]},
    spell=lambda r: r["own_votes"] == [1] and r["voted"], bad=[({}, 422), ({"choices": [2]}, 422), ({"choices": ["x"]}, 422),
                                                              ({"choices": [0, 1]}, 422), ({"choices": [-1]}, 422)])

Row("GET", "/api/v1/scheduled_statuses", USER, "read:statuses", paged=True, shape="ScheduledStatus[]")
Row("GET", "/api/v1/scheduled_statuses/:id", USER, "read:statuses", "scheduled", "ScheduledStatus")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v1/scheduled_statuses/:id", USER, "write:statuses", "scheduled", "ScheduledStatus",
        params={"scheduled_at": "2040-05-06T07:08:09.000Z"}, spell=lambda r: r["scheduled_at"] == "2040-05-06T07:08:09.000Z",
        bad=[({}, 422), ({"scheduled_at": "2001-01-01T00:00:00Z"}, 422), ({"scheduled_at": "soon"}, 422)])
Row("DELETE", "/api/v1/scheduled_statuses/:id", USER, "write:statuses", "scheduled", {})
Row("GET", "/api/v1/conversations", USER, "read:statuses", paged=True, shape="Conversation[]")
Row("DELETE", "/api/v1/conversations/:id", USER, "write:conversations", "conversation", {})
Row("POST", "/api/v1/conversations/:id/read", USER, "write:conversations", "conversation", "Conversation")
Row("POST", "/api/v1/conversations/:id/unread", USER, "write:conversations", "conversation", "Conversation")
Row("GET", "/api/v1/timelines/direct", USER, "read:statuses", paged=True, shape="Status[]")
for _path in ("trends", "trends/tags"):
    Row("GET", f"/api/v1/{_path}", shape="Tag[]", paged=True)
Row("GET", "/api/v1/trends/statuses", paged=True, shape="Status[]")
Row("GET", "/api/v1/trends/links", paged=True, shape="TrendsLink[]")
Row("GET", "/api/v1/directory", paged=True, also={"order": "new", "local": "true"}, shape="Account[]")
Row("GET", "/api/v2/suggestions", USER, "read:accounts", paged=True, shape="Suggestion[]")
Row("GET", "/api/v1/suggestions", USER, "read:accounts", paged=True, shape="Account[]")
Row("DELETE", "/api/v1/suggestions/:id", USER, "write:accounts", "account", {})
Row("GET", "/api/v1/accounts/familiar_followers", USER, "read:follows", params={"id": ["1"]},
    spell=lambda r: r == [{"id": "1", "accounts": []}], shape="FamiliarFollowers[]")
Row("GET", "/api/v1/timelines/home", USER, "read:statuses", shape="Status[]", paged=True)
Row("GET", "/api/v1/timelines/list/:id", USER, "read:lists", "list", "Status[]", paged=True)
Row("GET", "/api/v1/timelines/public", OPEN, "read:statuses", shape="Status[]", params={"local": "true"}, paged=True,
    also={"remote": "true", "only_media": "true"})
Row("GET", "/api/v1/timelines/link", OPEN, "read:statuses", params={"url": "https://nowhere.test/"}, status=404, paged=True)
Row("GET", "/api/v1/timelines/tag/:tag", OPEN, "read:statuses", "tag", "Status[]", paged=True, unknown=200,
    also={"any": ["a"], "all": ["b"], "none": ["c"], "local": "true", "remote": "false", "only_media": "true"})
Row("GET", "/api/v1/tags/:tag", OPEN, "", "tag", "Tag", unknown=200)
for _verb, _scopes in (("follow", "write:follows|follow"), ("unfollow", "write:follows|follow"), ("feature", "write:accounts"),
                       ("unfeature", "write:accounts")):
    Row("POST", f"/api/v1/tags/:tag/{_verb}", USER, _scopes, "tag", "Tag", unknown=200)
# For tools/routes.py, which reads: "/api/v1/tags/:tag/follow" "/api/v1/tags/:tag/unfollow" "/api/v1/tags/:tag/feature"
# "/api/v1/tags/:tag/unfeature"
Row("GET", "/api/v1/followed_tags", USER, "read:follows|follow", shape="Tag[]", paged=True)
Row("GET", "/api/v1/featured_tags", USER, "read:accounts", shape="FeaturedTag[]", paged=True)
Row("POST", "/api/v1/featured_tags", USER, "write:accounts", on="unfeatured", unknown=422, shape="FeaturedTag", params={"name": "#Gärten"},
    spell=lambda r: r["name"] == "Gärten" and r["statuses_count"] == "0",
    bad=[({}, 422), ({"name": "no tag"}, 422), ({"name": "x" * 2000}, 422)])
Row("GET", "/api/v1/featured_tags/suggestions", USER, "read:accounts", shape="Tag[]", paged=True)
Row("DELETE", "/api/v1/featured_tags/:id", USER, "write:accounts", "featured", {})

Row("GET", "/api/v2/filters", USER, "read:filters", shape="Filter[]", paged=True)
FILTER = {"title": "Grün & Blau", "context": ["home", "thread"], "filter_action": "blur", "expires_in": 3600,
          "keywords_attributes": [{"keyword": "grün", "whole_word": "false"}, {"keyword": "a & b"}]}
FILTER_BAD = [({"title": ""}, 422), ({"title": "x" * 257}, 422), ({"title": "x" * 10**5}, 422), ({"context": ["odd"]}, 422),
              ({"filter_action": "odd"}, 422), ({"expires_in": "soon"}, 422), ({"keywords_attributes": [{"keyword": ""}]}, 422),
              ({"keywords_attributes": [{"keyword": "x" * 513}]}, 422),
              ({"keywords_attributes": [{"keyword": "x"} for _ in range(1001)]}, 422),
              ({"keywords_attributes": [{"id": "17", "keyword": "x"}]}, 404)]
Row("POST", "/api/v2/filters", USER, "write:filters", on="no filters", unknown=422, shape="Filter", params=FILTER,
    spell=lambda r: (r["title"], r["context"], r["filter_action"], [(k["keyword"], k["whole_word"]) for k in r["keywords"]])
    == ("Grün & Blau", ["home", "thread"], "blur", [("grün", False), ("a & b", True)]) and r["expires_at"],
    bad=[({}, 422), ({"title": "x"}, 422), ({"title": "x", "context": []}, 422)]
    + [({**FILTER, **bad}, status) for bad, status in FILTER_BAD])
Row("GET", "/api/v2/filters/:id", USER, "read:filters", "filter", "Filter")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v2/filters/:id", USER, "write:filters", "filter", "Filter", params=FILTER,
        spell=lambda r: (r["filter_action"], [k["keyword"] for k in r["keywords"]]) == ("blur", ["word", "grün", "a & b"]),
        bad=FILTER_BAD)
Row("DELETE", "/api/v2/filters/:id", USER, "write:filters", "filter", {})
Row("GET", "/api/v2/filters/:id/keywords", USER, "read:filters", "filter", "FilterKeyword[]")
Row("POST", "/api/v2/filters/:id/keywords", USER, "write:filters", "filter", "FilterKeyword",
    params={"keyword": "größe & co", "whole_word": False},
    spell=lambda r: (r["keyword"], r["whole_word"]) == ("größe & co", False), bad=[({}, 422), ({"keyword": "x" * 513}, 422)])
Row("GET", "/api/v2/filters/keywords/:id", USER, "read:filters", "keyword", "FilterKeyword")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v2/filters/keywords/:id", USER, "write:filters", "keyword", "FilterKeyword", params={"keyword": "other"},
        spell=lambda r: (r["keyword"], r["whole_word"]) == ("other", True), bad=[({"keyword": " "}, 422)], also={"whole_word": "true"})
Row("DELETE", "/api/v2/filters/keywords/:id", USER, "write:filters", "keyword", {})
Row("GET", "/api/v2/filters/:id/statuses", USER, "read:filters", "filter", "FilterStatus[]", paged=True)
Row("POST", "/api/v2/filters/:id/statuses", USER, "write:filters", "filter", status=404)  # with a post: test_filters.py
Row("GET", "/api/v2/filters/statuses/:id", USER, "read:filters", "filter status", "FilterStatus")
Row("DELETE", "/api/v2/filters/statuses/:id", USER, "write:filters", "filter status", {})
Row("GET", "/api/v1/filters", USER, "read:filters", shape="V1Filter[]", paged=True)
V1_BAD = [({"phrase": ""}, 422), ({"phrase": "x" * 513}, 422), ({"context": ["odd"]}, 422), ({"expires_in": "soon"}, 422)]
V1 = {"phrase": "Grün & Blau", "context": ["public"], "irreversible": True, "whole_word": False}
Row("POST", "/api/v1/filters", USER, "write:filters", on="no filters", unknown=422, shape="V1Filter", params=V1,
    spell=lambda r: {k: r[k] for k in V1} == V1, bad=[({}, 422), *(({**V1, **bad}, status) for bad, status in V1_BAD)])
Row("GET", "/api/v1/filters/:id", USER, "read:filters", "keyword", "V1Filter")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v1/filters/:id", USER, "write:filters", "keyword", "V1Filter", params=V1,
        spell=lambda r: {k: r[k] for k in V1} == V1, bad=V1_BAD)
Row("DELETE", "/api/v1/filters/:id", USER, "write:filters", "keyword", {})

Row("GET", "/api/v1/lists", USER, "read:lists", shape="List[]", paged=True)
Row("POST", "/api/v1/lists", USER, "write:lists", shape="List",
    params={"title": "Frië & nds", "replies_policy": "none", "exclusive": True},
    spell=lambda r: (r["title"], r["replies_policy"], r["exclusive"]) == ("Frië & nds", "none", True),
    bad=[({}, 422), ({"title": " "}, 422), ({"title": "x" * 257}, 422), ({"title": "x" * 10**5}, 422),
         ({"title": "x", "replies_policy": "odd"}, 422)])
Row("GET", "/api/v1/lists/:id", USER, "read:lists", "list", "List")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v1/lists/:id", USER, "write:lists", "list", "List", params={"title": "x", "exclusive": "true"},
        spell=lambda r: (r["title"], r["replies_policy"], r["exclusive"]) == ("x", "list", True),
        bad=[({"title": ""}, 422), ({"title": "x" * 257}, 422), ({"replies_policy": "odd"}, 422)])
Row("DELETE", "/api/v1/lists/:id", USER, "write:lists", "list", {})
Row("GET", "/api/v1/lists/:id/accounts", USER, "read:lists", "list", "Account[]", paged=True)
Row("POST", "/api/v1/lists/:id/accounts", USER, "write:lists", "list", {}, bad=[({"account_ids": ["17"]}, 404)])
Row("DELETE", "/api/v1/lists/:id/accounts", USER, "write:lists", "list", {}, params={"account_ids": ["17"]},
    spell=lambda r: r == {})

# What is wrong with them comes in a shape of its own: test_collections.py
COLLECTION = {"name": "Frië & nds", "description": "Worth a look", "language": "de", "tag_name": "#Größe", "sensitive": True,
              "discoverable": False}
TAKEN = lambda r: {k: v for k, v in r["collection"].items() if k in COLLECTION} == {  # noqa: E731
    k: v for k, v in COLLECTION.items() if k != "tag_name"} and r["collection"]["tag"]["name"] == "Größe"
Row("GET", "/api/v1/accounts/:id/collections", OPEN, "read:collections", "account", "Collections")
Row("GET", "/api/v1/accounts/:id/in_collections", USER, "read:collections", "myself", "Collections")
Row("POST", "/api/v1/collections", USER, "write:collections", "no collections", "WrappedCollection", params=COLLECTION, spell=TAKEN,
    unknown=422, bad=[({"name": "x", "account_ids": ["17"]}, 404)])
Row("GET", "/api/v1/collections/:id", OPEN, "read:collections", "collection", "CollectionWithAccounts")
for _method in ("PATCH", "PUT"):
    Row(_method, "/api/v1/collections/:id", USER, "write:collections", "collection", "WrappedCollection", params=COLLECTION, spell=TAKEN)
Row("DELETE", "/api/v1/collections/:id", USER, "write:collections", "collection", {})
Row("POST", "/api/v1/collections/:id/items", USER, "write:collections", "collection", status=422,
    bad=[({"account_id": "17"}, 404), ({"account_id": "zap"}, 404)])
Row("DELETE", "/api/v1/collections/:id/items/:item", USER, "write:collections", "collection item", {})
Row("POST", "/api/v1/collections/:id/items/:item/revoke", USER, "write:collections", "place in a collection", {})
for _row in [r for r in ROWS if "collections" in r.path and r.method != "PUT"]:
    _beta = copy.copy(_row)
    _beta.path = _row.path.replace("/v1/", "/v1_alpha/")
    ROWS.append(_beta)

READ, WRITE = "read:notifications", "write:notifications"
Row("GET", "/api/v1/notifications", USER, READ, shape="Notification[]", paged=True, also=NOTICES)
Row("GET", "/api/v1/notifications/unread_count", USER, READ, shape=dict, also=SEEN, paged=True)
Row("GET", "/api/v1/notifications/:id", USER, READ, "notice", "Notification", also={"supported_types": ["mention"]})
Row("POST", "/api/v1/notifications/clear", USER, WRITE, shape={})
Row("POST", "/api/v1/notifications/:id/dismiss", USER, WRITE, "notice", shape={})
Row("POST", "/api/v1/notifications/dismiss", USER, WRITE, status=404)  # with an id: test_notifications.py
Row("DELETE", "/api/v1/notifications/:id", USER, WRITE, "notice", shape={})
Row("DELETE", "/api/v1/notifications/destroy_multiple", USER, WRITE, shape={}, params={"ids": ["17", "18"]}, spell=lambda r: r == {})
Row("POST", "/api/v2/notifications/clear", USER, WRITE, shape={})
for _version in ("v2", "v2_alpha"):
    Row("GET", f"/api/{_version}/notifications", USER, READ, shape="GroupedNotificationsResults",
        params={"expand_accounts": "partial_avatars", "grouped_types": ["follow"]}, spell=lambda r: "partial_accounts" in r,
        bad=[({"expand_accounts": "odd"}, 400)], also=NOTICES, paged=True)
    Row("GET", f"/api/{_version}/notifications/unread_count", USER, READ, shape=dict, also={**SEEN, "grouped_types": ["follow"]}, paged=True)
    Row("GET", f"/api/{_version}/notifications/:group_key", USER, READ, "group", "GroupedNotificationsResults",
        also={"supported_types": ["mention"]})
    Row("POST", f"/api/{_version}/notifications/:group_key/dismiss", USER, WRITE, "group", {}, unknown=200)
Row("GET", "/api/v2/notifications/:group_key/accounts", USER, READ, "group", "Account[]", paged=True, unknown=200)
for _method in ("GET", "PATCH", "PUT"):
    Row(_method, "/api/v2/notifications/policy", USER, READ if _method == "GET" else WRITE, shape="NotificationPolicy",
        **({} if _method == "GET" else {"params": {"for_bots": "filter"}, "also": {
            "for_not_followers": "accept", "for_private_mentions": "filter", "for_limited_accounts": "drop"}, "spell": lambda r: r["for_bots"] == "filter",
                                        "bad": [({"for_not_following": "odd"}, 422), ({"for_new_accounts": "x" * 50}, 422)]}))
    Row(_method, "/api/v1/notifications/policy", USER, READ if _method == "GET" else WRITE, shape="NotificationPolicyV1",
        **({} if _method == "GET" else {"params": {"filter_bots": True}, "also": {
            "filter_not_following": "false", "filter_not_followers": "0", "filter_new_accounts": "", "filter_private_mentions": "1"}, "spell": lambda r: r["filter_bots"]}))
Row("GET", "/api/v1/notifications/requests", USER, READ, shape="NotificationRequest[]", paged=True)
Row("GET", "/api/v1/notifications/requests/merged", USER, READ, shape={"merged": True})
Row("GET", "/api/v1/notifications/requests/:id", USER, READ, "request", "NotificationRequest")
for _answer in ("accept", "dismiss"):
    Row("POST", f"/api/v1/notifications/requests/{_answer}", USER, WRITE, shape={}, params={"id": ["17", "18"]}, spell=lambda r: r == {})
    Row("POST", f"/api/v1/notifications/requests/:id/{_answer}", USER, WRITE, "request", {})
# For tools/routes.py, which reads: "/api/v2/notifications" "/api/v2/notifications/unread_count" "/api/v2/notifications/:group_key"
# "/api/v2/notifications/:group_key/dismiss" "/api/v2_alpha/notifications" "/api/v2_alpha/notifications/unread_count"
# "/api/v2_alpha/notifications/:group_key" "/api/v2_alpha/notifications/:group_key/dismiss"
# "/api/v1/notifications/requests/accept" "/api/v1/notifications/requests/dismiss"
# "/api/v1/notifications/requests/:id/accept" "/api/v1/notifications/requests/:id/dismiss"

Row("POST", "/api/v1/reports", USER, "write:reports", status=404,  # whom? more: tests/fed/test_life.py
    bad=[({"account_id": "1"}, 404), ({"account_id": "zap"}, 404)], also={"status_ids": ["1"], "comment": "c", "forward": "false", "category": "spam", "rule_ids": ["1"]})
PUSH = {"subscription": {"endpoint": "http://push.localhost/table", "standard": True, "keys": {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}},
    "data": {"alerts": {"mention": True}, "policy": "followed"}}
Row("POST", "/api/v1/push/subscription", USER, "push", shape="WebPushSubscription", params=PUSH,
    spell=lambda r: (r["alerts"]["mention"], r["alerts"]["poll"], r["policy"], r["standard"]) == (True, False, "followed", True),
    bad=[({}, 422), ({**PUSH, "data": {"policy": "odd"}}, 422), ({"subscription": {"endpoint": "http://push.localhost/"}}, 422)], also={"data": {"alerts": {"admin.sign_up": True, "admin.report": "1"}}})
Row("GET", "/api/v1/push/subscription", USER, "push", shape="WebPushSubscription")
for _method in ("PUT", "PATCH"):
    Row(_method, "/api/v1/push/subscription", USER, "push", shape="WebPushSubscription", params={"data": {"alerts": {"poll": "1"}}},
        spell=lambda r: r["alerts"]["poll"] and not r["alerts"]["mention"], bad=[({"data": {"policy": "odd"}}, 422)], also={"data": {"policy": "none", "alerts": {"admin.sign_up": True}}})
Row("DELETE", "/api/v1/push/subscription", USER, "push", shape={})

Row("POST", "/api/web/push_subscriptions", USER, "push", shape="WebPushSubscription", params=PUSH,
    spell=lambda r: (r["alerts"]["mention"], r["policy"], r["standard"]) == (True, "followed", True),
    bad=[({}, 422), ({**PUSH, "data": {"policy": "odd"}}, 422)])
Row("PUT", "/api/web/push_subscriptions/:id", USER, "push", "subscription", shape="WebPushSubscription",
    params={"data": {"alerts": {"poll": "1"}}}, spell=lambda r: r["alerts"]["poll"] and not r["alerts"]["mention"],
    bad=[({"data": {"policy": "odd"}}, 422)])
Row("DELETE", "/api/web/push_subscriptions/:id", USER, "push", "subscription", shape={})
Row("GET", "/api/web/settings", USER, "read:accounts", shape=dict)
Row("PUT", "/api/web/settings", USER, "write:accounts", shape={}, params={"data": {"columns": [1, True, None]}},  # test_api_web.py
    bad=[({}, 422), ({"data": "text"}, 422), ({"data": [1]}, 422), ({"data": {"a": "x" * 270000}}, 422),
         ({"data": {f"k{i}": 1 for i in range(101)}}, 422)])
Row("GET", "/api/web/embeds/:id", OPEN, "read:statuses", "post", dict)
Row("POST", "/api/v1/accounts/:account_id/email_subscriptions", on="account", params={"email": "a@b.test"}, status=404)

Row("GET", "/api/v2/search", OPEN, "read:search", shape="Search", params={"q": "owner", "type": "accounts"},
    spell=lambda r: r["accounts"][0]["acct"] == "owner", paged=True, bad=[({"q": "a" * 600}, 422)], also={"resolve": "false", "following": "false", "account_id": "1", "exclude_unreviewed": "true"})
Row("GET", "/api/v1/search", OPEN, "read:search", shape="Search", params={"q": "owner"},
    spell=lambda r: r["accounts"][0]["acct"] == "owner", paged=True, also={"type": "statuses", "resolve": "0", "account_id": "1"})
Row("GET", "/api/v1/markers", USER, "read:statuses", params={"timeline": ["home", "notifications"]}, spell=lambda r: "home" in r, shape=dict)
Row("POST", "/api/v1/markers", USER, "write:statuses", params={"home": {"last_read_id": "103194548672408537"}},
    spell=lambda r: r["home"]["last_read_id"] == "103194548672408537", bad=[({"home": {"last_read_id": "x"}}, 422)], also={"notifications": {"last_read_id": "17"}}, shape=dict)
Row("GET", "/api/v1/preferences", USER, "read:accounts", shape="Preferences")
