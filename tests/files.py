"""Files for uploads: pictures without any library, video by ffmpeg."""
import functools
import pathlib
import random
import struct
import subprocess
import tempfile
import zlib


def png(width=64, height=48, seed=1):
    """A picture of coloured noise: no two seeds alike."""
    r = random.Random(seed)
    return _png(width, height, b"".join(b"\0" + r.randbytes(width * 3) for _ in range(height)), 0)


def flat_png(width, height, rows=0):
    """One of a single colour: many megapixels in few bytes. With rows, so many of them are there."""
    return _png(width, height, (b"\0" + b"\xe0\x20\x20" * width) * (rows or height))


def _png(width, height, raw, level=1):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(raw, level)) + chunk(b"IEND", b""))


@functools.lru_cache
def ffmpeg(end, *options):
    """What ffmpeg makes of these options, as a file with that ending."""
    with tempfile.TemporaryDirectory() as d:
        path = pathlib.Path(d) / ("x." + end)
        subprocess.run(["ffmpeg", "-v", "error", "-y", *options, str(path)], check=True)
        return path.read_bytes()


def mp4(seconds=1, number=0):
    return ffmpeg("mp4", "-f", "lavfi", "-i", f"testsrc=size=160x120:rate=10:duration={seconds}", "-f", "lavfi", "-i",
                  f"sine=frequency={300 + number}:duration={seconds}", "-shortest", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")


def noise(times=1):
    """A video of some megabytes, once or over and over."""
    if times > 1:
        with tempfile.NamedTemporaryFile(suffix=".mp4") as f:
            f.write(noise())
            f.flush()
            return ffmpeg("mp4", "-stream_loop", str(times - 1), "-i", f.name, "-c", "copy")
    return ffmpeg("mp4", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=10:duration=4", "-vf", "noise=alls=60:allf=t", "-c:v", "libx264",
                  "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "8M", "-minrate", "8M")


def gif():
    return ffmpeg("gif", "-f", "lavfi", "-i", "testsrc=size=60x40:rate=5:duration=1")


def mp3():
    return ffmpeg("mp3", "-f", "lavfi", "-i", "sine=duration=1")
