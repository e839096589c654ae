"""Files spoilt at random, and bundles changed by somebody who knows how their listing is made."""

import zipfile

from recordings.chain import canonical, digest
from recordings.export.bundle import LISTING


def mutated(whole, dice):
    """The bytes cut short, with a stretch doubled or taken out, or with up to four bits flipped."""
    data = bytearray(whole)
    match dice.randrange(6):
        case 0:
            del data[dice.randrange(100, len(data)) :]
        case 1:
            at = dice.randrange(len(data))
            data[at:at] = data[at : at + dice.randrange(1, 60)]
        case 2:
            at = dice.randrange(len(data) - 60)
            del data[at : at + dice.randrange(1, 60)]
        case _:
            for _ in range(dice.randrange(1, 5)):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def relisted(bundle, path, change):
    """Write the bundle anew with a listing that fits: only the chains can tell. `change(name, data)`; None leaves a file out."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(path, "w") as new:
        listed = []
        for name in old.namelist():
            if name == LISTING:
                listing = {"v": 1, "files": listed}
                new.writestr(name, canonical(listing | {"sha": digest(canonical(listing))}) + b"\n")
            elif (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
                listed.append([name, len(data), digest(data)])
    return path
