"""How many examples a property that plays a whole scene may have: a fifth of a parser's."""

import os

PLAYS = max(50, int(os.environ.get("FUZZ_EXAMPLES", "300")) // 5)
