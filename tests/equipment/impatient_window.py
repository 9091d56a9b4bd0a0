"""`kamusm-esign gui` with a card host that is given one second instead of a minute."""

import sys
from functools import partial

from kamusm_esign.app import main, production_ports

if __name__ == "__main__":
    sys.exit(main(open_ports=partial(production_ports, card_timeouts=(3.0, 1.0))))
