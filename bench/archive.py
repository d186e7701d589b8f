"""200,000 posts in made-up words, as often as words of a language are, and what is asked of them.

The terms are those that src/text/terms.h makes of such simple text."""
import bisect
import itertools
import random

from seed import blank, insert, next_id, post_row, remote_accounts

POSTS, AUTHORS, WORDS, PAIRS = 200_000, 2000, 40_000, 400
LENGTH = (4, 60)          # words of a post
ALLOW, ELSE = 0.5, 0.1    # authors who let everybody find their posts; posts in Japanese
MARK = "\ue000"
CHUNK = {"sqlite": 10_000, "postgres": 2_000}  # posts, as src/core/search_chunks.c has them
FIRST_MS = 1_600_000_000_000


def vocabulary(rng):
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "or")]
    words = set()
    while len(words) < WORDS:
        words.add("".join(rng.choices(syllables, k=rng.randint(1, 4))))
    return sorted(words, key=lambda w: (len(w), w))


class Archive:
    """What was written: the rows, and of it what is worth asking for."""

    def __init__(self, seed=1):
        self.rng = random.Random(seed)
        self.words = vocabulary(self.rng)
        self.weights = list(itertools.accumulate(1 / (i + 2.7) for i in range(WORDS)))
        self.kanji = [chr(0x4e00 + 7 * i) for i in range(500)]
        self.often, self.phrases, self.pairs = {}, [], []

    def sentence(self):
        rng, top = self.rng, self.weights[-1]
        if rng.random() < ELSE:
            text = "".join(self.kanji[int(500 * rng.random() ** 2)] for _ in range(rng.randint(8, 60)))
            if len(self.pairs) < PAIRS:
                self.pairs.append(text[2:4])
            return text, [text[i:i + 2] for i in range(len(text))]
        words = [self.words[bisect.bisect(self.weights, rng.random() * top)] for _ in range(rng.randint(*LENGTH))]
        for w in words:
            self.often[w] = self.often.get(w, 0) + 1
        if len(self.phrases) < PAIRS and len(words) > 8:
            self.phrases.append(" ".join(words[2:5]))
        return " ".join(words), words

    def posts(self, base, authors, n, keep):
        for i in range(n):
            author = authors[self.rng.randrange(len(authors))]
            sid = (FIRST_MS + i * 600_000 << 16) + 1
            text, terms = self.sentence()
            marks = ["all", "visibilitypublic", f"author{author['id']}", "languageen"]
            link = self.rng.random() < 0.2
            if link:
                marks += ["haslink", "hasembed"]
            keep(sid, terms, [MARK + m for m in marks])
            yield post_row(base, author, sid, f"<p>{text}</p>" + (' <a href="https://example.org/x">example.org</a>' if link else ""))

    def write(self, server, n=POSTS):
        allow, shy = int(AUTHORS * ALLOW), AUTHORS - int(AUTHORS * ALLOW)
        authors = remote_accounts(server, allow, lambda i: f"http://open{i % 50}.localhost/inbox/{i}", indexable=True)
        authors += remote_accounts(server, shy, lambda i: f"http://shy{i % 50}.localhost/inbox/{i}")
        found = []
        insert(server, "statuses", self.posts(blank(server, "statuses"), authors, n, lambda *row: found.append(row)))
        insert(server, "search_posts", (self.index_row(server, i, *row) for i, row in enumerate(found)))
        firsts = enumerate(found[::CHUNK[server.kind]])
        insert(server, "search_chunks", [{"first_id": row[0], "prefix": self.prefix(i)} for i, row in firsts if i])
        self.authors = authors[:allow]
        self.ids = [row[0] for row in found]
        server.sql("VACUUM ANALYZE" if server.kind == "postgres" else "PRAGMA optimize")

    @staticmethod
    def prefix(chunk):
        return f"{chunk:03d}"

    def index_row(self, server, number, sid, terms, marks):
        pre = self.prefix(number // CHUNK[server.kind])
        pairs = [(f"{a}{MARK}{b}", i) for i, (a, b) in enumerate(zip(terms, terms[1:]), 1) if (a + b).isascii() and max(len(a), len(b)) < 4]
        if server.kind == "sqlite":
            return {"rowid": sid, "terms": " ".join(pre + t for t in terms + [p for p, _ in pairs] + marks)}
        placed = [f"'{t}':{i}" for t, i in [*((t, i) for i, t in enumerate(terms, 1)), *pairs]]
        return {"rowid": sid, "terms": " ".join(placed + [f"'{m}'" for m in [*marks, f"{MARK}chunk{pre}"]])}

    def library_of(self, server, account_id, n=2000):
        """What somebody has to do with."""
        base = blank(server, "favourites")
        insert(server, "favourites", [{**base, "id": next_id(), "account_id": account_id, "status_id": i}
                                      for i in self.rng.sample(self.ids, n)])

    def queries(self):
        """(name, queries): many of a kind, so that nothing is measured twice in a row."""
        by_count = sorted(self.often, key=lambda w: -self.often[w])
        frequent, usual = by_count[:20], by_count[300:600]
        rare = [w for w in by_count if 1 <= self.often[w] <= 3][:300]
        rng = random.Random(2)
        pick = rng.choice
        handles = [f"{a['username']}@{a['domain']}" for a in self.authors[:200]]
        many = range(200)
        return [
            ("a rare word", rare),
            ("a frequent word", frequent),
            ("a word of every 150th post", usual),
            ("two words", [f"{pick(frequent)} {pick(usual)}" for _ in many]),
            ("two frequent words", [f"{pick(frequent)} {pick(frequent)}" for _ in many]),
            ("a rare and a frequent word", [f"{pick(frequent)} {pick(rare)}" for _ in many]),
            ("a phrase", [f'"{p}"' for p in self.phrases]),
            ("a phrase of frequent words", [f'"{pick(frequent)} {pick(frequent)} {pick(frequent)}"' for _ in many]),
            ("from:", [f"from:{h} {pick(frequent)}" for h in handles]),
            ("has:link", [f"has:link {pick(usual)}" for _ in many]),
            ("during:", [f"during:202{i % 4 + 1}-0{i % 9 + 1}-1{i % 10} {pick(frequent)}" for i in many]),
            ("exclusions", [f"{pick(usual)} -{pick(frequent)} -{pick(frequent)} -{pick(usual)}" for _ in many]),
            ("nearly all excluded", [" ".join([frequent[i % 20]] + [f"-{w}" for w in frequent[:15] if w != frequent[i % 20]]) for i in many]),
            ("in:library", [f"in:library {pick(frequent)}" for _ in many]),
            ("Japanese", self.pairs),
            ("one Japanese character", [p[0] for p in self.pairs]),
            ("nothing found", [f"{w}x {pick(frequent)}" for w in rare]),
        ]
