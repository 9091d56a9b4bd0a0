"""The virtual card on the wire: an ISO 7816 chip for a real PC/SC service (vpcd) and real drivers.

What it holds and judges is `VirtualCard`, the same that the virtual token plays with; here are its
commands, its PKCS#15 files, its troubles and its cable. It runs in a process of its own: a driver
holds Python's lock in C_Finalize while it sends a last command, and a card that is a thread of the
same process could not answer.
"""
