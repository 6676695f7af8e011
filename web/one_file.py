"""Puts the page, its style, its scripts and the engine into one HTML file, and tells the sizes.

Usage: one_file.py FOLDER ENGINE.wasm PAGE.html
"""

import base64
import gzip
import pathlib
import sys

MOST_COMPRESSED = 3_000_000


def replaced(text, old, new):
    """The text with `old` replaced, which is there once."""
    if text.count(old) != 1:
        sys.exit(f"the page has {text.count(old)} times: {old}")
    return text.replace(old, new)


def main(folder, engine, page):
    folder = pathlib.Path(folder)
    read = lambda name: (folder / name).read_text(encoding="utf-8")
    wasm = pathlib.Path(engine).read_bytes()
    packed = gzip.compress(wasm, 9, mtime=0)
    bytes_of_engine = base64.b64encode(packed).decode("ascii")
    scripts = {name: read(name) for name in ("app.js", "worker.js")}
    for name, text in scripts.items():
        if "</script" in text:
            sys.exit(f"{name} would end its element")
    html = read("index.html")
    html = replaced(
        html,
        '<link rel="stylesheet" href="style.css">',
        f"<style>\n{read('style.css')}</style>",
    )
    html = replaced(
        html,
        '<script src="app.js" defer></script>',
        f'<script type="text/plain" id="worker-text">\n{scripts["worker.js"]}</script>\n'
        f'<script type="text/plain" id="engine-bytes">{bytes_of_engine}</script>\n'
        f"<script>\n{scripts['app.js']}</script>",
    )
    pathlib.Path(page).write_text(html, encoding="utf-8")
    print(f"{engine}: {len(wasm):,} bytes, {len(packed):,} compressed")
    print(f"{page}: {len(html.encode('utf-8')):,} bytes, all in one")
    if len(packed) > MOST_COMPRESSED:
        sys.exit(f"the engine is larger than {MOST_COMPRESSED:,} bytes compressed")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
