"""Which bits of a packed state hold which variable, as C: see runtime/project.h."""

from __future__ import annotations

from checker.engines.native.layout import Layout


def bits_of_places(layout: Layout) -> str:
    """The table of names and masks, where an object is built to look at it."""
    rows: list[str] = []
    for place in layout.places:
        bits = ((1 << place.stored.bits) - 1) << place.offset
        masks = [f"{bits >> 64 * word & (1 << 64) - 1:#x}ull" for word in range(layout.words)]
        rows.append(f"    {{{', '.join(masks)}}},")
    names = ", ".join(f'"{place.name}"' for place in layout.places)
    count = max(len(layout.places), 1)
    return "\n".join(
        [
            "#ifdef LS_PROJECT",
            f"#define LS_PLACES {len(layout.places)}",
            f"static const char *const model_place_name[{count}] = {{{names or '0'}}};",
            f"static const uint64_t model_place[{count}][LS_WORDS] = {{",
            *(rows or ["    {0},"]),
            "};",
            "#endif",
        ]
    )
