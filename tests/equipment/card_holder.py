"""A program that keeps the card of a reader for itself, as a browser or a bank's tool does."""

HOLDER = """
import sys
from smartcard import scard
code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
code, handle, _ = scard.SCardConnect(context, sys.argv[1], scard.SCARD_SHARE_EXCLUSIVE, protocols)
print(code, flush=True)
sys.stdin.read()
scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
"""
"""Source; says 0 when it has the card, and lets go when its standard input ends."""
