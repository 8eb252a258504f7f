# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dossier vectors about containers, names, manifests and the seal."""

from dataclasses import replace
from hashlib import sha256

from dossier_vectors_cases import reject
from small_dossier import (
    reseal,
    small_recipe,
    with_spec,
    zip_bytes,
)

from sviedka.core.disclose.bag import UnsealedBag

STATEMENTS, PROOFS = "statements/statements.txt", "statements/proofs.txt"


@reject("no ZIP file")
def _():
    return b"This is a letter.\n"


@reject("a ZIP file with a comment at its end")
def _():
    packed = zip_bytes(small_recipe().build())
    return packed[:-2] + b"\x05\0hello"


@reject("one name twice in the ZIP file")
def _():
    return zip_bytes(small_recipe().build(), names={"VERIFY.md": "spec.json"})


@reject("directory and local header name different files")
def _():
    packed = zip_bytes(small_recipe().build())
    return packed.replace(b"VERIFY.md", b"VERIFY.mp", 1)


@reject("a deflated file longer than it says")
def _():
    files = small_recipe().build()
    packed = bytearray(zip_bytes(files, deflated=True))
    place = packed.rindex(b"withheld.json") - 46 + 24
    size = int.from_bytes(packed[place : place + 4], "little")
    packed[place : place + 4] = (size - 1).to_bytes(4, "little")
    return bytes(packed)


@reject("a folder that is no dossier")
def _():
    return {"letter.txt": b"Dear reader\n"}


@reject("no seal")
def _():
    files = small_recipe().build()
    del files["SEAL.txt"]
    return files


@reject("a link among the files")
def _():
    packed = bytearray(zip_bytes(small_recipe().build()))
    place = packed.rindex(b"VERIFY.md") - 46 + 38
    packed[place : place + 4] = (0o120777 << 16).to_bytes(4, "little")
    return bytes(packed)


@reject("a list of files to fetch")
def _():
    return small_recipe().build() | {"fetch.txt": b"https://elsewhere.example/ 1 data/000002.jpg\n"}


@reject("a path that leaves the folder")
def _():
    return small_recipe().build() | {"data/../../escaped.txt": b"out\n"}


@reject("a path from the root of the disk")
def _():
    return small_recipe().build() | {"/etc/escaped": b"out\n"}


@reject("a name with a line feed written as percent")
def _():
    return small_recipe().build() | {"data/c%0Ad.txt": b"pitfall\n"}


@reject("two names that differ in case alone")
def _():
    return small_recipe().build() | {"BAGIT.TXT": b"BagIt-Version: 1.0\n"}


@reject("a tag file that nobody foresaw")
def _():
    return small_recipe().build() | {"custody.txt": b"trust me\n"}


@reject("a seal larger than any seal")
def _():
    files = small_recipe().build()
    return files | {"SEAL.txt": files["SEAL.txt"] + b" " * 20_000}


@reject("a space before the colon in bagit.txt")
def _():
    recipe = small_recipe()
    text = b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n"
    return reseal(recipe, recipe.build() | {"bagit.txt": text})


@reject("a byte order mark in bagit.txt")
def _():
    recipe = small_recipe()
    files = recipe.build()
    return reseal(recipe, files | {"bagit.txt": b"\xef\xbb\xbf" + files["bagit.txt"]})


@reject("a manifest with one space between digest and path")
def _():
    files = small_recipe().build()
    return files | {"manifest-sha256.txt": files["manifest-sha256.txt"].replace(b"  ", b" ")}


@reject("a manifest in capital letters")
def _():
    files = small_recipe().build()
    digest, _, path = files["manifest-sha256.txt"].partition(b" ")
    return files | {"manifest-sha256.txt": digest.upper() + b" " + path}


@reject("a tag manifest that is out of order")
def _():
    files = small_recipe().build()
    lines = files["tagmanifest-sha256.txt"].splitlines(keepends=True)
    return files | {"tagmanifest-sha256.txt": b"".join(reversed(lines))}


@reject("no tag manifest")
def _():
    files = small_recipe().build()
    del files["tagmanifest-sha256.txt"]
    return files


@reject("a listed file is missing")
def _():
    files = small_recipe().build()
    del files["loadfile/export.csv"]
    return files


@reject("a report that is not listed")
def _():
    return small_recipe().build() | {"report/report.pdf": b"%PDF-1.7 another story"}


@reject("an exhibit that is not listed")
def _():
    return small_recipe().build() | {"data/000002.jpg": b"planted"}


@reject("a gap in the numbering of exhibits")
def _():
    recipe = small_recipe()
    path, data, jti = recipe.exhibits[0]
    return replace(recipe, exhibits=[(path.replace("1", "2"), data, jti)]).build()


@reject("the size in bag-info is another")
def _():
    recipe = small_recipe()
    files = recipe.build()
    return reseal(recipe, files | {"bag-info.txt": files["bag-info.txt"].replace(b".1\n", b".2\n")})


@reject("one byte of an exhibit is changed")
def _():
    files = small_recipe().build()
    return files | {"data/000001.jpg": files["data/000001.jpg"].replace(b"invented", b"inventee")}


@reject("an exhibit and the manifests are changed but not the seal")
def _():
    recipe = small_recipe()
    files = recipe.build()
    changed = reseal(recipe, files | {"data/000001.jpg": b"another picture"})
    return changed | {path: files[path] for path in ("SEAL.txt", "SEAL.body", "SEAL.sig")}


@reject("the seal is made again with a key that nobody listed")
def _():
    return replace(small_recipe(), seal_owner="forger").build()


@reject("the seal is over another checkpoint")
def _():
    recipe = small_recipe()
    files = recipe.build()
    digest = sha256(files["logs/1/checkpoint"]).hexdigest().encode()
    return resealed_text(recipe, files, digest, sha256(b"another checkpoint").hexdigest().encode())


@reject("the seal is over another description")
def _():
    recipe = small_recipe()
    files = recipe.build()
    digest = sha256(files["spec.json"]).hexdigest().encode()
    return resealed_text(recipe, files, digest, sha256(b"another description").hexdigest().encode())


def resealed_text(recipe, files, old, new):
    text = files["SEAL.body"].replace(old, new).decode()
    return files | recipe.seal(UnsealedBag(files={}, seal_text=text))


@reject("the key list is cut off")
def _():
    recipe = small_recipe()
    files = recipe.build()
    return reseal(recipe, files | {"keys/keylist": files["keys/keylist"][:-1]})


@reject("the seal bears two signatures")
def _():
    files = small_recipe().build()
    line = files["SEAL.txt"].splitlines(keepends=True)[-1]
    return files | {"SEAL.txt": files["SEAL.txt"] + line}


@reject("the seal names another size than the log has")
def _():
    recipe = small_recipe()
    return with_spec(recipe, at=recipe.spec.at - 1).build()


@reject("the file with the raw signature of the seal is another")
def _():
    return small_recipe().build() | {"SEAL.sig": bytes(64)}


@reject("a key file is not the key that it stands for")
def _():
    recipe = small_recipe()
    files = recipe.build()
    return reseal(recipe, files | {"keys/log-1.pem": files["keys/root.pem"]})


@reject("the description is not in its one spelling")
def _():
    recipe = small_recipe()
    files = recipe.build()
    return reseal(recipe, files | {"spec.json": files["spec.json"].replace(b'":', b'": ', 1)})


@reject("revocation lists that are together larger than may be kept")
def _():
    lists = {f"logs/1/heads/0001/a{number:02}.crl.pem": bytes(4 << 20) for number in range(16)}
    return zip_bytes(small_recipe().build() | lists, deflated=True)
