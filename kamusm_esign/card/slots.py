"""Which slot of a driver is which reader of PC/SC."""

from collections.abc import Collection, Mapping, Sequence

from kamusm_esign.card.wire import SlotToken

_DESCRIPTION_LENGTH = 64
"""Bytes of CK_SLOT_INFO.slotDescription (PKCS#11 v2.40 section 3.2); longer names are cut."""


def same_reader(description: str, reader: str) -> bool:
    """Whether a slot's description names this reader; drivers cut it or add to it."""
    description, reader = description.rstrip(" \0"), reader.rstrip(" \0")
    if description == reader:
        return True
    cut = len(description.encode()) >= _DESCRIPTION_LENGTH - 3  # a letter has up to 4 bytes
    if cut and reader.startswith(description):
        return True
    return bool(reader) and description.startswith(reader + " ")


def slots_by_reader(
    slots: Sequence[SlotToken], wanted: Sequence[str], others: Collection[str]
) -> Mapping[str, tuple[SlotToken, ...]]:
    """Give each slot to a reader, by name as far as that goes, else by order.

    Args:
        slots: the slots of one driver that hold a token.
        wanted: readers whose card this driver is for, in the order of PC/SC.
        others: all other readers with a card; a slot that names one of them is not for `wanted`.

    Returns:
        The readers that got a slot. Slots nobody names (drivers may call them "AKIS 1") go to the
        readers that got none, one each; what is then still left goes to the last of these.
    """
    given: dict[str, list[SlotToken]] = {}
    nameless: list[SlotToken] = []
    for slot in slots:
        reader = _named(slot.slot_description, wanted)
        if reader is not None:
            given.setdefault(reader, []).append(slot)
        elif _named(slot.slot_description, others) is None:
            nameless.append(slot)
    free = [reader for reader in wanted if reader not in given]
    for i, slot in enumerate(nameless if free else ()):
        given.setdefault(free[min(i, len(free) - 1)], []).append(slot)
    return {reader: tuple(of_reader) for reader, of_reader in given.items()}


def certain_reader(description: str, readers: Collection[str]) -> str | None:
    """The reader in which a slot's card certainly is, among those with a card; None: a doubt.

    It is the one that the slot's description names, or the only one. The order of slots, which
    `slots_by_reader` goes by, shows a card to a person and must not choose a chip to write to.
    """
    return next(iter(readers)) if len(readers) == 1 else _named(description, readers)


def _named(description: str, readers: Collection[str]) -> str | None:
    """The reader that a description names: the same name first, then the only one it may mean."""
    exact = [r for r in readers if r.rstrip(" \0") == description.rstrip(" \0")]
    alike = exact or [r for r in readers if same_reader(description, r)]
    return alike[0] if len(alike) == 1 else None
