"""`kamusm-esign` with a card host that is given one second instead of a minute."""

import sys
from functools import partial

from kamusm_esign.cli.main import main
from kamusm_esign.cli.world import World

if __name__ == "__main__":
    sys.exit(main(make_world=partial(World, card_timeouts=(3.0, 1.0))))
