"""What the entities of the client API must look like: the keys that are always there, the types that strict apps insist
on, and (where it is at hand) the published schema with its known mistakes mended. is_a("Status", value) fails with what
is wrong and where."""
import functools
import json
import re

import harness

KEYS = {
    "Account": """id username acct display_name locked bot discoverable indexable group created_at note url uri avatar
        avatar_static avatar_description header header_static header_description followers_count following_count
        statuses_count last_status_at hide_collections show_media show_media_replies show_featured feature_approval emojis
        fields""",
    "Status": """id created_at in_reply_to_id in_reply_to_account_id sensitive spoiler_text visibility language uri url
        replies_count reblogs_count favourites_count quotes_count edited_at content reblog account media_attachments
        mentions tags emojis tagged_collections quote card poll quote_approval""",
    "MediaAttachment": "id type url preview_url remote_url preview_remote_url text_url meta description blurhash",
    "Notification": "id type created_at group_key account",
    "NotificationGroup": """group_key notifications_count type most_recent_notification_id sample_account_ids""",
    "GroupedNotificationsResults": "accounts statuses notification_groups",
    "NotificationPolicy": """for_not_following for_not_followers for_new_accounts for_private_mentions for_limited_accounts
        for_bots summary""",
    "NotificationPolicyV1": "filter_not_following filter_not_followers filter_new_accounts filter_private_mentions summary",
    "NotificationRequest": "id created_at updated_at notifications_count account last_status",
    "WebPushSubscription": "id endpoint alerts server_key standard policy",
    "Relationship": """id following showing_reblogs notifying languages followed_by blocking blocked_by muting
        muting_notifications muting_expires_at requested requested_by domain_blocking endorsed note""",
    "Poll": "id expires_at expired multiple votes_count voters_count options emojis",
    "Marker": "last_read_id version updated_at",
    "Report": """id action_taken action_taken_at category comment forwarded created_at status_ids rule_ids collection_ids
        target_account""",
    "Announcement": "id content starts_at ends_at all_day published_at updated_at mentions statuses tags emojis reactions read",
    "Activity": "week statuses logins registrations",
    "Language": "code name",
    "ScheduledStatus": "id scheduled_at params media_attachments",
    "Conversation": "id unread accounts last_status",
    "Suggestion": "source sources account",
    "DomainBlockPreview": "following_count followers_count",
    "FamiliarFollowers": "id accounts",
    "AccountWarning": "id action text status_ids appeal created_at target_account",
    "NotificationFallback": "title summary details",
    "Tag": "id name url history",
    "Filter": "id title context expires_at filter_action keywords statuses",
    "FilterKeyword": "id keyword whole_word",
    "FilterStatus": "id status_id",
    "FilterResult": "filter keyword_matches status_matches",
    "V1Filter": "id phrase context whole_word expires_at irreversible",
    "FeaturedTag": "id name url statuses_count last_status_at",
    "List": "id title replies_policy exclusive",
    "StatusTag": "name url",
    "StatusMention": "id username url acct",
    "Context": "ancestors descendants",
    "AsyncRefreshResponse": "async_refresh",
    "Search": "accounts statuses hashtags collections",
    "Collection": """id account_id uri url name description language local sensitive discoverable tag item_count items created_at
        updated_at""",
    "CollectionItem": "id state created_at account_id",
    "CollectionWithAccounts": "accounts collection",
    "Collections": "collections",
    "WrappedCollection": "collection",
    "WrappedCollectionItem": "collection_item",
    "Token": "access_token token_type scope created_at",
    "StatusSource": "id text spoiler_text",
    "StatusEdit": "content spoiler_text sensitive created_at account media_attachments emojis quote",
    "Application": "id name website scopes redirect_uris redirect_uri vapid_key",
    "CredentialApplication": """id name website scopes redirect_uris redirect_uri client_id client_secret
        client_secret_expires_at vapid_key""",
    "Instance": """domain title version source_url description usage thumbnail icon languages configuration registrations
        api_versions contact rules""",
    "V1Instance": """uri title short_description description email version urls stats thumbnail languages registrations
        approval_required invites_enabled configuration contact_account rules""",
    "Preferences": """posting:default:visibility posting:default:sensitive posting:default:language
        posting:default:quote_policy reading:expand:media reading:expand:spoilers reading:autoplay:gifs""",
    "Profile": """id display_name note fields avatar avatar_static avatar_description header header_static header_description locked bot
        hide_collections discoverable indexable show_media show_media_replies show_featured attribution_domains""",
    "Translation": "content spoiler_text language detected_source_language provider poll media_attachments",
    "UserInfo": "iss sub name preferred_username profile picture",
    "Error": "error",
}
KEYS["CredentialAccount"] = KEYS["Account"] + " source role"
KEYS["DeletedStatus"] = KEYS["Status"].replace(" content ", " text ")
KEYS = {name: keys.split() for name, keys in KEYS.items()}
SOURCE = """privacy sensitive language note fields follow_requests_count hide_collections discoverable indexable
    attribution_domains quote_policy""".split()
PERSONAL = ["favourited", "reblogged", "muted", "bookmarked", "filtered"]

ID = re.compile(r"[1-9]\d{0,18}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
URL = re.compile(r"https?://[^\s<>\"]+")
BOOL = lambda v: type(v) is bool  # noqa: E731
INT = lambda v: type(v) is int and v >= 0  # noqa: E731
TEXT = lambda v: isinstance(v, str)  # noqa: E731
LIST = lambda v: isinstance(v, list)  # noqa: E731


def of(pattern):
    return lambda v: isinstance(v, str) and pattern.fullmatch(v) is not None


def no_or(check):
    return lambda v: v is None or check(v)


def one_of(*words):
    return lambda v: v in words


NOTICES = """mention status reblog follow follow_request favourite poll update quote quoted_update severed_relationships
    moderation_warning admin.sign_up admin.report annual_report added_to_collection collection_update""".split()
RULES = {
    "Account": {
        "id": of(ID), "username": of(re.compile(r"[\w.-]+")), "acct": TEXT, "display_name": TEXT, "locked": BOOL, "bot": BOOL,
        "group": BOOL, "created_at": of(re.compile(r"\d{4}-\d\d-\d\dT00:00:00\.000Z")), "note": TEXT, "url": of(URL),
        "uri": of(URL), "avatar": of(URL), "avatar_static": of(URL), "header": of(URL), "header_static": of(URL),
        "followers_count": INT, "following_count": INT, "statuses_count": INT, "last_status_at": no_or(of(DAY)),
        "emojis": LIST, "fields": LIST, "discoverable": BOOL, "indexable": BOOL,
    },
    "Status": {
        "id": of(ID), "created_at": of(TIME), "in_reply_to_id": no_or(of(ID)), "in_reply_to_account_id": no_or(of(ID)),
        "sensitive": BOOL, "spoiler_text": TEXT, "visibility": one_of("public", "unlisted", "private", "direct"),
        "language": no_or(TEXT), "uri": of(URL), "url": of(URL), "replies_count": INT, "reblogs_count": INT,
        "favourites_count": INT, "quotes_count": INT, "edited_at": no_or(of(TIME)), "content": TEXT, "text": TEXT,
        "media_attachments": LIST, "mentions": LIST, "tags": LIST, "emojis": LIST, "favourited": BOOL, "reblogged": BOOL,
        "muted": BOOL, "bookmarked": BOOL, "pinned": BOOL, "filtered": LIST,
    },
    "Relationship": {"id": of(ID), "languages": no_or(LIST), "muting_expires_at": no_or(of(TIME)), "note": TEXT,
                     **{k: BOOL for k in """following showing_reblogs notifying followed_by blocking blocked_by muting
                        muting_notifications requested requested_by domain_blocking endorsed""".split()}},
    "Notification": {"id": of(ID), "created_at": of(TIME), "group_key": TEXT, "type": one_of(*NOTICES)},
    "NotificationGroup": {"group_key": TEXT, "notifications_count": INT, "type": one_of(*NOTICES),
                          "most_recent_notification_id": INT, "page_min_id": of(ID), "page_max_id": of(ID),
                          "latest_page_notification_at": of(TIME), "sample_account_ids": LIST, "status_id": of(ID)},
    "NotificationPolicy": {"summary": lambda v: v.keys() == {"pending_requests_count", "pending_notifications_count"},
                           **{f"for_{k}": one_of("accept", "filter", "drop") for k in """not_following not_followers
                              new_accounts private_mentions limited_accounts bots""".split()}},
    "NotificationPolicyV1": {f"filter_{k}": BOOL for k in "not_following not_followers new_accounts private_mentions".split()},
    "NotificationRequest": {"id": of(ID), "created_at": of(TIME), "updated_at": of(TIME),
                            "notifications_count": of(re.compile(r"\d+"))},
    "WebPushSubscription": {"id": of(ID), "endpoint": of(URL), "standard": BOOL, "server_key": of(re.compile(r"[\w-]{87}")),
                            "policy": one_of("all", "followed", "follower", "none"),
                            "alerts": lambda v: all(BOOL(on) for on in v.values())},
    "Poll": {"id": of(ID), "expires_at": no_or(of(TIME)), "expired": BOOL, "multiple": BOOL, "votes_count": INT,
             "voters_count": no_or(INT), "voted": BOOL, "own_votes": LIST,
             "options": lambda v: all(o.keys() == {"title", "votes_count"} for o in v)},
    "Marker": {"last_read_id": of(re.compile(r"\d+")), "version": INT, "updated_at": of(TIME)},
    "Report": {"id": of(ID), "action_taken": BOOL, "action_taken_at": no_or(of(TIME)), "comment": TEXT, "forwarded": BOOL,
               "category": one_of("spam", "legal", "violation", "other"), "created_at": of(TIME), "status_ids": LIST,
               "rule_ids": LIST},
    "Tag": {"id": TEXT, "name": TEXT, "url": of(URL), "following": BOOL, "featuring": BOOL, "history": lambda v: len(v) == 7 and all(
        d.keys() == {"day", "uses", "accounts"} and all(re.fullmatch(r"\d+", n) for n in d.values()) for d in v)},
    "Filter": {"id": of(ID), "title": TEXT, "context": LIST, "expires_at": no_or(of(TIME)), "filter_action": one_of("warn", "hide", "blur")},
    "FilterKeyword": {"id": of(ID), "keyword": TEXT, "whole_word": BOOL},
    "FilterStatus": {"id": of(ID), "status_id": of(ID)},
    "FilterResult": {"keyword_matches": no_or(LIST), "status_matches": no_or(LIST)},
    "V1Filter": {"id": of(ID), "phrase": TEXT, "context": LIST, "whole_word": BOOL, "expires_at": no_or(of(TIME)), "irreversible": BOOL},
    "FeaturedTag": {"id": of(ID), "name": TEXT, "url": of(URL), "statuses_count": of(re.compile(r"\d+")), "last_status_at": no_or(of(DAY))},
    "List": {"id": of(ID), "title": TEXT, "replies_policy": one_of("followed", "list", "none"), "exclusive": BOOL},
    "Collection": {"id": of(ID), "account_id": of(ID), "uri": of(URL), "url": of(URL), "name": TEXT, "description": TEXT,
                   "language": no_or(TEXT), "local": BOOL, "sensitive": BOOL, "discoverable": BOOL, "item_count": INT,
                   "tag": lambda v: v is None or v.keys() == {"name", "url"}, "created_at": of(TIME), "updated_at": of(TIME)},
    "CollectionItem": {"id": of(ID), "state": one_of("pending", "accepted", "rejected", "revoked"), "created_at": of(TIME),
                       "account_id": no_or(of(ID))},
    "StatusMention": {"id": of(ID), "url": of(URL)},
    "StatusEdit": {"created_at": of(TIME), "content": TEXT, "sensitive": BOOL},
    "Token": {"token_type": one_of("Bearer"), "scope": TEXT, "created_at": INT, "access_token": TEXT},
    "CredentialApplication": {"id": of(ID), "scopes": LIST, "redirect_uris": LIST, "redirect_uri": TEXT,
                              "client_secret_expires_at": one_of(0), "website": no_or(of(URL))},
    "V1Instance": {"uri": lambda v: TEXT(v) and "/" not in v, "email": TEXT, "thumbnail": of(URL), "registrations": BOOL,
                   "version": of(re.compile(r"4\.\d+\.\d+ \(compatible; .+\)"))},
    "Instance": {"domain": lambda v: TEXT(v) and "/" not in v, "version": of(re.compile(r"4\.\d+\.\d+ \(compatible; .+\)"))},
}
RULES["CredentialAccount"] = RULES["Account"]
RULES["DeletedStatus"] = RULES["Status"]
RULES["Application"] = {k: v for k, v in RULES["CredentialApplication"].items() if k in KEYS["Application"]}


def _parts(name, v):
    """What stands inside, each with its own shape."""
    if name in ("Status", "DeletedStatus"):
        yield from [("Account", v["account"])]
        yield from [("Status", v["reblog"])] if v["reblog"] else []
        yield from [("StatusMention", m) for m in v["mentions"]]
        yield from [("StatusTag", t) for t in v["tags"]]
        yield from [("Collection", c) for c in v["tagged_collections"]]
        yield from [("MediaAttachment", m) for m in v["media_attachments"]]
        yield from [("Poll", v["poll"])] if v["poll"] else []
        yield from [("FilterResult", f) for f in v.get("filtered", [])]
        yield from [("Status", v["quote"]["quoted_status"])] if (v["quote"] or {}).get("quoted_status") else []
    elif name == "Notification":
        yield "Account", v["account"]
        if v["type"] in ("favourite", "reblog", "status", "mention", "poll", "update", "quote", "quoted_update"):
            yield "Status", v["status"]
        yield from [("Collection", v["collection"])] if v["type"] in ("added_to_collection", "collection_update") else []
    elif name == "GroupedNotificationsResults":
        yield from [("Account", a) for a in v["accounts"]]
        yield from [("Status", s) for s in v["statuses"]]
        yield from [("NotificationGroup", g) for g in v["notification_groups"]]
    elif name == "NotificationRequest":
        yield "Account", v["account"]
        yield from [("Status", v["last_status"])] if v["last_status"] else []
    elif name in ("CollectionWithAccounts", "WrappedCollection"):
        yield "Collection", v["collection"]
        yield from [("Account", a) for a in v.get("accounts", [])]
    elif name == "Collections":
        yield from [("Collection", c) for c in v["collections"]]
    elif name == "Collection":
        yield from [("CollectionItem", i) for i in v["items"]]
    elif name == "WrappedCollectionItem":
        yield "CollectionItem", v["collection_item"]
    elif name == "Report":
        yield "Account", v["target_account"]
    elif name == "Filter":
        yield from [("FilterKeyword", k) for k in v["keywords"]]
        yield from [("FilterStatus", s) for s in v["statuses"]]
    elif name == "StatusEdit":
        yield "Account", v["account"]
    elif name == "Context":
        yield from [("Status", s) for s in v["ancestors"] + v["descendants"]]
    elif name == "Search":
        yield from [("Account", a) for a in v["accounts"]]
        yield from [("Status", s) for s in v["statuses"]]
        yield from [("Tag", t) for t in v["hashtags"]]
    elif name == "V1Instance" and v["contact_account"]:
        yield "Account", v["contact_account"]
    elif name == "Instance" and v["contact"]["account"]:
        yield "Account", v["contact"]["account"]


def _instance_v2(v):
    c = v["configuration"]
    assert c["vapid"].keys() == {"public_key"} and URL.fullmatch(c["urls"]["streaming"].replace("ws", "http", 1))
    assert {"max_display_name_length", "max_note_length", "max_profile_fields", "max_pinned_statuses",
            "profile_field_name_limit", "profile_field_value_limit"} <= c["accounts"].keys()
    assert {"max_characters", "max_media_attachments", "characters_reserved_per_url"} <= c["statuses"].keys()
    assert {"max_options", "max_characters_per_option", "min_expiration", "max_expiration"} <= c["polls"].keys()
    assert type(v["registrations"]["enabled"]) is bool and type(v["usage"]["users"]["active_month"]) is int
    assert type(v["api_versions"]["mastodon"]) is int and "url" in v["thumbnail"] and "email" in v["contact"]
    for key, value in [*c["media_attachments"].items(), *c["statuses"].items()]:
        assert type(value) is not int or value < 2**31, f"{key}: apps keep it in 32 bits"


def keys_are_there(name, v, where="$"):
    if name.endswith("[]"):
        assert isinstance(v, list), f"{where}: not a list"
        for i, one in enumerate(v):
            keys_are_there(name[:-2], one, f"{where}[{i}]")
        return
    assert isinstance(v, dict), f"{where}: not an object but {v!r}"
    missing = [k for k in KEYS.get(name, ()) if k not in v]
    assert not missing, f"{where}: {name} without {missing}"
    for key, check in RULES.get(name, {}).items():
        assert key not in v or check(v[key]), f"{where}.{key}: {v[key]!r} in {name}"
    if name == "CredentialAccount":
        assert not [k for k in SOURCE if k not in v["source"]], f"{where}.source: {v['source']}"
    if name == "Instance":
        _instance_v2(v)
    for part, value in _parts(name, v):
        keys_are_there(part, value, f"{where}<{part}>")


def _mended(schema):
    s = schema["components"]["schemas"]
    for holder in ("Status", "StatusEdit"):
        for one in (s[holder], *s[holder].get("allOf", [])):
            quote = one.get("properties", {}).get("quote", {})
            if "oneOf" in quote:
                quote["anyOf"] = quote.pop("oneOf")
    kinds = s["NotificationGroupTypeEnum"]["enum"]
    kinds += [kind for kind in s["NotificationTypeEnum"]["enum"] if kind not in kinds]
    s["ValidationError"]["required"] = ["error"]
    s["WebPushSubscription"]["properties"]["id"] = {"type": ["string", "integer"]}
    s["Account"]["properties"]["url"] = {"type": "string"}
    params = s["ScheduledStatus"]["properties"]["params"]["properties"]
    for key in ("application_id", "in_reply_to_id"):
        params[key] = {"type": ["string", "integer", "null"]}
    s["WebPushSubscription"]["properties"]["alerts"].pop("required", None)
    deleted = json.loads(json.dumps(s["Status"]))
    deleted["required"] = [k for k in deleted["required"] if k != "content"] + ["text"]
    s["DeletedStatus"] = deleted
    return schema


@functools.lru_cache(maxsize=None)
def _schema():
    path = harness.SHARED / "api/openapi.json"
    try:
        import jsonschema
    except ImportError:
        return None
    if not path.exists():
        return None
    schema = _mended(json.loads(path.read_text()))
    return jsonschema, schema, jsonschema.RefResolver("", schema) if hasattr(jsonschema, "RefResolver") else None


@functools.lru_cache(maxsize=None)
def _validator(name):
    found = _schema()
    if not found or name not in found[1]["components"]["schemas"]:
        return None
    jsonschema, _, resolver = found
    return jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}"}, resolver=resolver)


def schema_agrees(name, v):
    if name.endswith("[]"):
        for one in v:
            schema_agrees(name[:-2], one)
        return
    validator = _validator(name)
    for e in validator.iter_errors(v) if validator else ():
        raise AssertionError(f"{name} {list(e.absolute_path)}: {e.message[:300]}")


def is_a(name, v):
    keys_are_there(name, v)
    schema_agrees(name, v)
    return v
