"""dassie-media against files of every kind, made here with vips and ffmpeg: each comes out right or is refused."""
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import zlib

import pytest

PROBE, PROGRAM = os.environ["MEDIA_PROBE"], os.environ["MEDIA_PROGRAM"]
CACHE = pathlib.Path(os.environ.get("MEDIA_CORPUS", tempfile.gettempdir() + f"/dassie-corpus-{os.getuid()}"))
SANITIZED = "-san" in PROBE or "-tsan" in PROBE
if not (shutil.which("vips") and shutil.which("ffmpeg")):
    pytest.skip("vips and ffmpeg make the files", allow_module_level=True)


# --- making files: once, named by what they are made of

def vips(*args):
    subprocess.run(["vips", *map(str, args)], check=True, capture_output=True)


def ffmpeg(*args):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, args)], check=True, stdin=subprocess.DEVNULL)


def made(name, make):
    """The file, made by make(path) if no run has made it yet; a change of this file makes all anew."""
    folder = CACHE / hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        new = folder / f".{os.getpid()}.{name}"
        make(new)
        new.rename(path)
    return path


def photo():
    """800x600: red left, blue right, white below, so that what is up and what is left can be told."""
    def make(path):
        rows = [b"\0" + (b"\xff\xff\xff" * 800 if y >= 500 else b"\xe0\x20\x20" * 400 + b"\x20\x20\xe0" * 400) for y in range(600)]
        path.write_bytes(png(800, 600, b"".join(rows)))
    return made("photo.png", make)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, rows, depth=8, colour=2, more=b""):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)) + more +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def exif(orientation=1):
    """Orientation, a maker and a place, as a phone writes them."""
    text = b"SECRETMAKER\0"
    gps = struct.pack("<HHHI4sHHII", 2, 1, 2, 2, b"N\0\0\0", 2, 5, 3, 96) + struct.pack("<I", 0)
    ifd = struct.pack("<HHHII", 3, 0x010f, 2, len(text), 80) + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    ifd += struct.pack("<HHII", 0x8825, 4, 1, 50) + struct.pack("<I", 0)
    body = (b"II*\0" + struct.pack("<I", 8) + ifd).ljust(50, b"\0")[:50] + gps
    return body.ljust(80, b"\0") + text.ljust(16, b"\0") + struct.pack("<6I", 48, 1, 11, 1, 7, 1)


def with_exif(jpeg, orientation=1):
    data = b"Exif\0\0" + exif(orientation)
    comment = b"SECRETCOMMENT <?php echo 1 ?>"
    return (jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data +
            b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:])


def saved(ext, *options):
    return made("photo" + "".join(options).replace("/", "").replace(" ", "") + ext,
                lambda p: (vips("copy", photo(), f"{p}{ext}", *options), pathlib.Path(f"{p}{ext}").rename(p)))


def film(name, *args, source="testsrc=d=1:s=320x240:r=10"):
    def make(path):
        out = path.with_name("." + name + path.suffix)
        ffmpeg("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=d=1", *args, out)
        out.rename(path)
    return made(name, make)


H264 = ("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast")


# --- asking

class Media:
    def __init__(self, *args, **more):
        self.out = tempfile.TemporaryDirectory(prefix="dassie-media-")
        self.p = subprocess.Popen([PROBE, PROGRAM, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)
        self.n = 0

    def __call__(self, path, want="attachment"):
        if isinstance(path, bytes):
            file = pathlib.Path(self.out.name, f"in{self.n}")
            file.write_bytes(path)
            path = file
        self.n += 1
        return self.ask(want, path, f"{self.out.name}/{self.n}")

    def look(self, path, n):
        """As what a film that begins like this is kept as it is; "" if it is not, or cannot be told."""
        return self.ask("look", path, n)["mime"]

    def ask(self, *words):
        self.p.stdin.write(" ".join(map(str, words)) + "\n")
        self.p.stdin.flush()
        return json.loads(self.p.stdout.readline())

    def grown(self):
        """Anonymous memory of the asking process, in KiB."""
        text = pathlib.Path(f"/proc/{self.p.pid}/status").read_text()
        return int(text.split("RssAnon:")[1].split()[0])

    def close(self):
        self.p.stdin.close()
        assert self.p.wait(60) == 0
        self.out.cleanup()


@pytest.fixture(scope="module")
def media():
    m = Media()
    yield m
    m.close()


def header(path, field):
    return subprocess.run(["vipsheader", "-f", field, path], capture_output=True, text=True).stdout.strip()


def pixel(path, x, y):
    out = subprocess.run(["vips", "getpoint", path, str(x), str(y)], capture_output=True, text=True, check=True).stdout
    return [float(v) for v in out.split()]


def probe(path):
    return json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", path],
                                     capture_output=True, text=True, check=True).stdout)


def near(got, want, by=24):
    assert len(got) == len(want) and all(abs(a - b) <= by for a, b in zip(got, want)), (got, want)


RED, BLUE, WHITE = (224, 32, 32), (32, 32, 224), (255, 255, 255)


def is_photo(path, width=800, height=600):
    near(pixel(path, width // 8, height // 4), RED)
    near(pixel(path, width * 7 // 8, height // 4), BLUE)
    near(pixel(path, width // 2, height - 4), WHITE)


def refused(r, *words):
    assert r["err"] in ("invalid", "limit"), r
    assert r["why"] and all(w in r["why"] for w in words), r
    assert not {"file", "preview", "still"} & set(r), r


# --- pictures

@pytest.mark.parametrize("ext,mime", [(".jpg", "image/jpeg"), (".png", "image/png"), (".webp", "image/webp"), (".gif", "image/png"),
                                      (".avif", "image/jpeg"), (".heic", "image/jpeg")])
def test_every_format_comes_out_as_it_went_in(media, ext, mime):
    path = photo() if ext == ".png" else saved(ext)
    r = media(path)
    assert (r["err"], r["kind"]) == ("ok", "image"), r
    assert (r["file"]["mime"], r["file"]["width"], r["file"]["height"]) == (mime, 800, 600)
    is_photo(r["file"]["path"])
    small = r["preview"]
    assert (small["mime"], small["width"], small["height"]) == ("image/jpeg", 554, 415)
    is_photo(small["path"], 554, 415)
    assert r["file"]["size"] == os.path.getsize(r["file"]["path"]) and len(r["blurhash"]) == 36
    near([int(r["colours"][1][i:i + 2], 16) for i in (1, 3, 5)], WHITE)  # most of its edge is


@pytest.mark.parametrize("want,width,height", [("avatar", 400, 400), ("avatar_small", 160, 160), ("header", 1500, 500), ("emoji", 256, 192),
                                               ("thumbnail", 554, 415), ("card", 554, 415)])
def test_every_want_has_its_size(media, want, width, height):
    r = media(photo(), want)
    assert (r["err"], r["file"]["width"], r["file"]["height"]) == ("ok", width, height), r
    assert (header(r["file"]["path"], "width"), header(r["file"]["path"], "height")) == (str(width), str(height))
    assert "preview" not in r and "still" not in r


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_was_held_another_way_is_upright_and_says_nothing_of_its_place(media, orientation):
    """MEDIA-04"""
    ways = {1: [], 2: ["flip", "horizontal"], 3: ["rot", "d180"], 4: ["flip", "vertical"], 5: ["rot", "d270", "flip", "vertical"],
            6: ["rot", "d270"], 7: ["rot", "d90", "flip", "vertical"], 8: ["rot", "d90"]}[orientation]

    def make(path):
        now = str(saved(".jpg"))
        for i in range(0, len(ways), 2):
            vips(ways[i], now, f"{path}.{i}.jpg", ways[i + 1])
            now = f"{path}.{i}.jpg"
        path.write_bytes(with_exif(pathlib.Path(now).read_bytes(), orientation))

    r = media(made(f"turned{orientation}.jpg", make))
    assert (r["err"], r["file"]["width"], r["file"]["height"]) == ("ok", 800, 600), r
    for part, width, height in (("file", 800, 600), ("preview", 554, 415)):
        is_photo(r[part]["path"], width, height)
        data = pathlib.Path(r[part]["path"]).read_bytes()
        assert b"Exif" not in data and b"SECRET" not in data and b"php" not in data
        assert header(r[part]["path"], "orientation") in ("", "1")


def secret_webp(path):
    jpeg = path.with_name(path.name + ".jpg")
    jpeg.write_bytes(with_exif(saved(".jpg").read_bytes()))
    vips("webpsave", jpeg, path)
    assert b"SECRETMAKER" in path.read_bytes()


def test_text_and_tails_are_gone(media):
    """MEDIA-01, MEDIA-04: what is appended or said beside the pixels does not come out."""
    notes = chunk(b"tEXt", b"Comment\0SECRET") + chunk(b"eXIf", exif()) + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET")
    rows = (b"\0" + b"\x20\x40\x60" * 32) * 32
    files = {"png": png(32, 32, rows, more=notes) + b"<script>SECRET</script>PK\3\4SECRET",
             "jpg": with_exif(saved(".jpg").read_bytes()) + b"PK\3\4SECRET",
             "gif": saved(".gif").read_bytes() + b"*/=1;SECRET//",
             "webp": made("secret.webp", secret_webp).read_bytes() + b"SECRET"}
    for want in ("attachment", "avatar", "header", "emoji"):
        for name, data in files.items():
            r = media(data, want)
            assert r["err"] == "ok", (name, r)
            for part in {"file", "preview"} & set(r):
                out = pathlib.Path(r[part]["path"]).read_bytes()
                assert not any(w in out for w in (b"SECRET", b"Exif", b"EXIF", b"tEXt")), (name, want)


def test_deep_grey_transparent_and_printed_ones_become_srgb(media):
    cmyk = made("cmyk.jpg", lambda p: (vips("colourspace", photo(), f"{p}.jpg", "cmyk"), pathlib.Path(f"{p}.jpg").rename(p)))
    deep = png(64, 64, b"".join(b"\0" + b"\xe0\x00\x20\x00\x20\x00" * 64 for _ in range(64)), depth=16)
    grey = png(64, 64, b"".join(b"\0" + b"\x80" * 64 for _ in range(64)), colour=0)
    clear = png(64, 64, b"".join(b"\0" + b"\xe0\x20\x20\x00" * 64 for _ in range(64)), colour=6)
    opaque = png(64, 64, b"".join(b"\0" + b"\xe0\x20\x20\xff" * 64 for _ in range(64)), colour=6)
    for data, colour, bands in ((cmyk, None, 3), (deep, RED, 3), (grey, (128,) * 3, 3), (clear, None, 4), (opaque, RED, 3)):
        r = media(data)
        assert r["err"] == "ok", r
        out = r["file"]["path"]
        assert header(out, "bands") == str(bands) and "UCHAR" in header(out, "format").upper()
        if colour:
            near(pixel(out, 5, 5), colour)
        assert r["preview"]["mime"] == ("image/webp" if bands == 4 else "image/jpeg")
    r = media(cmyk)
    red, blue = pixel(r["file"]["path"], 100, 150), pixel(r["file"]["path"], 700, 150)
    assert red[0] > 150 > red[2] and blue[2] > 110 > blue[0]


def test_the_smallest_and_the_longest(media):
    """MEDIA-14"""
    one = png(1, 1, b"\0\x10\x20\x30")
    for want in ("attachment", "avatar", "header", "emoji", "avatar_small", "card"):
        assert media(one, want)["err"] == "ok"
    r = media(one)
    assert (r["file"]["width"], r["preview"]["height"]) == (1, 1)
    for size in ((1, 16000), (16000, 1)):
        r = media(png(*size, (b"\0" + b"\x10\x20\x30" * size[0]) * size[1]))
        assert (r["err"], r["file"]["width"], r["file"]["height"]) == ("ok", *size), r
        assert len(r["blurhash"]) == 36
    refused(media(png(1, 20000, b"\0\x10\x20\x30" * 20000)), "1x20000 images are not supported")


def test_33_megapixels_are_taken_and_made_smaller(media):
    def make(path):
        row = b"\0" + b"\xe0\x20\x20" * 7680
        path.write_bytes(png(7680, 4320, row * 4320))
    r = media(made("large.png", make), "attachment")
    assert r["err"] == "ok" and r["file"]["width"] * r["file"]["height"] <= 3840 * 2160, r
    assert abs(r["file"]["width"] - 3840) <= 1 and abs(r["file"]["height"] - 2160) <= 1
    jpeg = made("large.jpg", lambda p: (vips("copy", made("large.png", make), f"{p}.jpg[Q=50,interlace]"), pathlib.Path(f"{p}.jpg").rename(p)))
    assert media(jpeg)["err"] == "ok"
    for name, how in (("large.webp", "webpsave --effort 0"), ("large.avif", "heifsave --effort 0 --compression av1")):
        command, *options = how.split()
        path = made(name, lambda p: vips(command, made("large.png", make), p, *options))  # noqa: B023
        r = media(path, "thumbnail")
        assert (r["err"], r["file"]["width"], r["file"]["height"]) == ("ok", 640, 360), r
        near(pixel(r["file"]["path"], 320, 180), RED)


def test_bombs_are_refused_by_their_heads(media):
    """MEDIA-05"""
    bombs = [png(50000, 50000, b"", depth=1, colour=0), png(1, 10_000_000, b"", colour=0), png(65535, 65535, b""),
             png(0x7fffffff, 0x7fffffff, b""), b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\0\0\0;",
             saved(".jpg").read_bytes().replace(struct.pack(">HH", 600, 800), b"\xff\xff\xff\xff", 1)]
    for bomb in bombs:
        r = media(bomb)
        refused(r)
        assert r["took"] < (20000 if SANITIZED else 3000)
    refused(media(bombs[0]), "50000x50000 images are not supported")


def test_what_is_no_picture_is_refused(media):
    """MEDIA-02, MEDIA-03, MEDIA-07, MEDIA-16, SPOOF-08: by its bytes, whatever it is called."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    for data in (b"", b"\0", b"\xff\xd8\xff", svg, b"<?xml version='1.0'?>" + svg, b"<html><body>x</body></html>", b"\x7fELF" + b"\0" * 60,
                 b"%PDF-1.4\n%%EOF", b"{\"@context\": \"x\"}", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
                 b"ffconcat version 1.0\nfile /etc/passwd\n", b"<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>", b"push graphic-context\n"):
        refused(media(data))
    for ext, option in ((".tif", ""), (".ppm", ""), (".jxl", ""), (".jp2", ""), (".bmp", ""), (".v", "")):
        try:
            path = saved(ext)
        except subprocess.CalledProcessError:
            continue  # this vips does not write it
        refused(media(path))
    # a true head, then another kind's body
    for head in (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x14ftypavif\0\0\0\0avif",
                 b"\0\0\0\x14ftypisom\0\0\2\0isom", b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\x82\x84webm", b"OggS\0\2", b"ID3\4\0\0\0\0\0\0"):
        refused(media(head + b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" + svg))


@pytest.mark.parametrize("ext", [".jpg", ".png", ".gif", ".webp", ".avif", ".heic"])
def test_cut_off_at_every_twentieth(media, ext):
    data = (photo() if ext == ".png" else saved(ext)).read_bytes()
    for n in range(1, 20):
        r = media(data[:len(data) * n // 20], "card")
        assert r["err"] in ("ok", "invalid"), (n, r)
        if r["err"] == "ok":  # only what is there to the end of the picture
            is_photo(r["file"]["path"], 554, 415)


def test_flipped_bytes_kill_nobody(media):
    """MEDIA-08"""
    for ext in (".jpg", ".gif", ".webp", ".avif"):
        data = bytearray(saved(ext).read_bytes())
        for n in range(10 if SANITIZED else 25):
            bad = bytearray(data)
            for k in range(1 + n % 5):
                at = int.from_bytes(hashlib.sha256(f"{ext}{n}.{k}".encode()).digest()[:4], "big") % len(bad)
                bad[at] ^= 1 << n % 8
            assert media(bytes(bad), "card")["err"] in ("ok", "invalid", "limit")
    assert media(saved(".jpg"))["err"] == "ok"


# --- what moves

def animation(ext):
    return film("moving" + ext, "-map", "0:v", "-loop", "0", *(("-c:v", "libwebp") if ext == ".webp" else ()), source="testsrc=d=1:s=160x120:r=10")


def test_a_gif_that_moves_becomes_a_video(media):
    r = media(animation(".gif"))
    assert (r["err"], r["kind"], r["file"]["mime"]) == ("ok", "gifv", "video/mp4"), r
    assert (r["file"]["width"], r["file"]["height"], r["rate"], r["audio"]) == (160, 120, "10/1", "")
    assert 900 <= r["duration_ms"] <= 1100 and r["bitrate"] > 0 and len(r["blurhash"]) == 36
    assert r["preview"]["mime"] == "image/jpeg"
    video, = probe(r["file"]["path"])["streams"]
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")


def test_moving_faces_and_emoji_go_on_moving_and_have_a_still(media):
    for ext, mime in ((".gif", "image/gif"), (".webp", "image/webp")):
        for want, width, height in (("avatar", 400, 400), ("emoji", 160, 120), ("header", 1500, 500)):
            r = media(animation(ext), want)
            assert (r["err"], r["file"]["mime"], r["still"]["mime"]) == ("ok", mime, "image/png"), r
            assert int(header(r["file"]["path"], "n-pages")) >= 5  # frames that are alike may be put together
            assert (r["still"]["width"], r["still"]["height"]) == (width, height)
            assert r["file"]["width"] * height == r["file"]["height"] * width
    r = media(animation(".gif"), "avatar_small")
    assert r["file"]["mime"] == "image/jpeg" and "still" not in r
    r = media(animation(".webp"))
    assert (r["kind"], r["file"]["mime"], int(header(r["file"]["path"], "n-pages")) >= 5) == ("image", "image/webp", True)


def test_a_long_animation_ends_in_time(media):
    path = film("long.gif", "-map", "0:v", source="testsrc=d=20:s=240x240:r=20")
    assert media(path, "avatar")["err"] == "ok"


# --- video and sound

SECRET = ("-metadata", "location=+48.8577+002.295/", "-metadata", "title=SECRET", "-metadata", "comment=SECRET")


@pytest.mark.parametrize("name,args,mime,audio", [
    ("a.mp4", (*H264, "-c:a", "aac"), "video/mp4", "aac"), ("a.mov", (*H264, "-c:a", "aac"), "video/mp4", "aac"),
    ("a.webm", ("-c:v", "libvpx", "-c:a", "libopus"), "video/webm", "opus"), ("a.mkv", (*H264, "-c:a", "libvorbis"), "video/mp4", "aac"),
    ("old.mp4", ("-c:v", "mpeg4", "-c:a", "aac"), "video/mp4", "aac"), ("ten.mkv", ("-c:v", "libx264", "-pix_fmt", "yuv420p10le"), "video/mp4", "aac")])
def test_videos_are_kept_if_browsers_play_them_and_made_anew_if_not(media, name, args, mime, audio):
    r = media(film(name, *args, *SECRET, "-shortest"))
    assert (r["err"], r["kind"], r["file"]["mime"], r["audio"]) == ("ok", "video", mime, audio), r
    assert (r["file"]["width"], r["file"]["height"], r["rate"]) == (320, 240, "10/1")
    assert 900 <= r["duration_ms"] <= 1200 and r["bitrate"] > 0 and len(r["blurhash"]) == 36
    assert (r["preview"]["width"], r["preview"]["mime"]) == (320, "image/jpeg")
    data = pathlib.Path(r["file"]["path"]).read_bytes()
    assert b"SECRET" not in data and b"+48.8577" not in data and b"\xa9xyz" not in data
    said = json.dumps(probe(r["file"]["path"]))
    assert "SECRET" not in said and "48.8577" not in said
    if mime == "video/mp4":
        assert data.index(b"moov") < data.index(b"mdat")  # plays before all of it is there


def test_the_beginning_of_a_film_tells_whether_it_is_kept_as_it_is(media):
    front = ("-movflags", "+faststart")
    for name, args, mime in (
            ("front.mp4", (*H264, "-c:a", "aac", *front), "video/mp4"), ("front.webm", ("-c:v", "libvpx", "-c:a", "libopus"), "video/webm"),
            ("front.m4a", ("-vn", "-c:a", "aac", *front), "audio/mp4"), ("front.ogg", ("-vn", "-c:a", "libopus", "-page_duration", "100000"), "audio/ogg"),
            ("front.mp3", ("-vn",), "audio/mpeg"), ("back.mp4", (*H264, "-c:a", "aac"), ""), ("front.wav", ("-vn",), ""),
            ("front_old.mp4", ("-c:v", "mpeg4", "-c:a", "aac", *front), ""), ("front.mkv", (*H264, "-c:a", "aac"), ""),
            ("front.gif", ("-map", "0:v"), "")):
        path = film(name, *args)
        assert media.look(path, path.stat().st_size * 3 // 4) == mime, name
    assert media.look(film("front.mp4", *H264, "-c:a", "aac", *front), 200) == ""


def test_a_silent_video_is_a_gifv_and_a_turned_one_has_its_sizes(media):
    assert media(film("silent.mp4", "-map", "0:v", *H264))["kind"] == "gifv"

    def make(path):
        ffmpeg("-display_rotation", "90", "-i", film("a.mp4", *H264, "-c:a", "aac", *SECRET, "-shortest"), "-c", "copy", f"{path}.mp4")
        pathlib.Path(f"{path}.mp4").rename(path)
    try:
        turned = made("turned.mp4", make)
    except subprocess.CalledProcessError:
        turned = film("turned5.mp4", *H264, "-metadata:s:v", "rotate=90", "-shortest")
    r = media(turned)
    assert r["err"] == "ok" and (r["preview"]["width"] > r["preview"]["height"]) == (r["file"]["width"] > r["file"]["height"]), r


@pytest.mark.parametrize("name,args,mime,audio", [
    ("s.mp3", (), "audio/mpeg", "mp3"), ("s.ogg", ("-c:a", "libvorbis"), "audio/ogg", "vorbis"), ("s.opus", (), "audio/ogg", "opus"),
    ("s.flac", (), "audio/flac", "flac"), ("s.wav", (), "audio/mpeg", "mp3"), ("s.m4a", (), "audio/mp4", "aac"), ("s.aac", (), "audio/mp4", "aac")])
def test_sound(media, name, args, mime, audio):
    r = media(film(name, "-map", "1:a", *args, *SECRET))
    assert (r["err"], r["kind"], r["file"]["mime"], r["audio"]) == ("ok", "audio", mime, audio), r
    assert 900 <= r["duration_ms"] <= 1200 and r["hz"] in (44100, 48000) and r["channels"] == 1
    assert "preview" not in r and not r["blurhash"]
    assert b"SECRET" not in pathlib.Path(r["file"]["path"]).read_bytes()


def test_the_cover_of_a_song_is_its_preview(media):
    def make(path):
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-i", photo(), "-map", "0:a", "-map", "1:v", "-c:v", "mjpeg", "-disposition:v", "attached_pic",
               f"{path}.mp3")
        pathlib.Path(f"{path}.mp3").rename(path)
    r = media(made("cover.mp3", make))
    assert (r["err"], r["kind"], r["preview"]["width"], r["preview"]["height"]) == ("ok", "audio", 554, 415), r
    is_photo(r["preview"]["path"], 554, 415)


def test_films_cut_off_come_out_or_are_refused(media):
    for path in (film("a.mp4", *H264, "-c:a", "aac", *SECRET, "-shortest"), film("a.webm", "-c:v", "libvpx", "-c:a", "libopus", *SECRET, "-shortest")):
        data = path.read_bytes()
        for n in (1, 4, 10, 19) if SANITIZED else range(1, 20, 3):
            r = media(data[:len(data) * n // 20])
            assert r["err"] in ("ok", "invalid"), r


def test_films_that_point_elsewhere_open_nothing(media):
    """MEDIA-13: data references of MP4 and playlists in other clothes."""
    data = bytearray(film("a.mov", *H264, "-c:a", "aac", *SECRET, "-shortest").read_bytes())
    at = data.find(b"url \0\0\0\1")
    assert at > 0
    data[at:at + 8] = b"alis\0\0\0\0"
    assert media(bytes(data))["err"] in ("ok", "invalid")
    playlist = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nhttp://127.0.0.1:9/\n"
    refused(media(playlist))
    refused(media(b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + playlist))
    for want in ("avatar", "header", "emoji", "card", "thumbnail"):
        refused(media(film("a.mp4", *H264, "-c:a", "aac", *SECRET, "-shortest"), want), "content type is invalid")


def test_films_that_are_too_large_or_too_fast(media):
    refused(media(film("wide.mp4", *H264, "-frames:v", "1", source="color=s=4200x2200:r=1:d=1")), "4200x2200 videos are not supported")
    refused(media(film("fast.mp4", *H264, "-map", "0:v", source="color=s=32x32:r=240:d=0.2")), "240fps videos are not supported")


# --- the process

def test_who_asks_stays_small_and_nothing_is_left(media):
    """MEDIA-16: no descriptor, no memory; files without a name."""
    fds = pathlib.Path(f"/proc/{media.p.pid}/fd")
    media(photo())
    before, open_before = media.grown(), len(list(fds.iterdir()))
    for _ in range(10):
        media(photo())
        media(b"GIF89a nonsense")
    assert len(list(fds.iterdir())) == open_before
    assert SANITIZED or media.grown() - before < 2048
    assert SANITIZED or media.grown() < 20 * 1024


def test_it_does_without_privileges(tmp_path):
    """As nobody, when these tests run as root; with a folder for large files."""
    if os.getuid():
        pytest.skip("runs as a plain user anyway")
    tmp_path.chmod(0o777)
    pathlib.Path(PROBE).stat()
    try:
        m = Media(str(tmp_path), user=65534, group=65534, extra_groups=[])
    except PermissionError:
        pytest.skip("nobody may not run what was built here")
    os.chmod(m.out.name, 0o777)
    for path in (photo(), film("a.mp4", *H264, "-c:a", "aac", *SECRET, "-shortest")):
        data = pathlib.Path(m.out.name, "copy")
        data.write_bytes(path.read_bytes())
        data.chmod(0o644)
        assert m(data)["err"] == "ok"
    assert not list(tmp_path.iterdir())
    m.close()
