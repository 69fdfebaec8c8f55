"""The text-to-speech voices that may be used, with their judgements; docs/sound_sources.md gives the reasons.

"free": any use, nothing is asked of the sound. "credit": the author is named where the sound is published. "copyleft":
who publishes the sound may have to do so under the same licence, so rendered songs stay where they were made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Judgement = Literal["free", "credit", "copyleft"]
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)
Engine = Literal["flite", "festival", "espeak-ng"]


@dataclass(frozen=True)
class Speaker:
    """A voice of a text-to-speech program."""

    engine: Engine
    name: str
    """What the program calls it."""
    languages: tuple[str, ...]
    """Keys of texts.WORDS; espeak-ng's timbres speak any."""
    judgement: Judgement
    package: str
    """Debian package that holds it."""
    encoding: str = "utf-8"
    """In which festival's script must be written for it."""

    @property
    def label(self) -> str:
        """Unique, fit for a file name."""
        return f"{self.engine}-{self.name}".replace(" ", "_")


def _festival(
    name: str, language: str, package: str, judgement: Judgement = "copyleft", encoding: str = "utf-8"
) -> Speaker:
    return Speaker("festival", name, (language,), judgement, package, encoding)


ESPEAK_LANGUAGES = (
    "en", "it", "ca", "fi", "cs", "ru", "es", "fr", "de", "pt", "sv", "pl", "nl", "tr", "id", "sw", "el", "hi", "ja",
    "ko",
)  # fmt: skip
# Left out: doubles of others, whispers, and robots that no singer sounds like (`espeak-ng --voices=variant`).
_ESPEAK_TIMBRES = (
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1",
    "f2", "f3", "f4", "f5", "klatt", "klatt2", "klatt3", "klatt4", "klatt5",
    "Alex", "Alicia", "Andrea", "Andy", "Annie", "Denis", "Diogo", "Gene", "Gene2",
    "Henrique", "Hugo", "Jacky", "Lee", "Marco", "Mario", "Michael", "Mike", "Nguyen",
    "Storm", "adam", "anika", "announcer", "antonio", "aunty", "belinda", "benjamin", "boris",
    "croak", "david", "ed", "edward", "edward2", "grandma", "grandpa", "gustave", "iven",
    "iven2", "iven3", "iven4", "john", "kaukovalta", "linda", "marcelo", "max", "michel",
    "miguel", "norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro",
    "shelby", "steph", "steph2", "steph3", "travis", "victor", "zac",
)  # fmt: skip

SPEAKERS: tuple[Speaker, ...] = (
    *(Speaker("flite", name, ("en",), "free", "flite") for name in ("slt", "rms", "awb", "kal16")),
    _festival("cmu_us_slt_arctic_hts", "en", "festvox-us-slt-hts", "free"),
    _festival("kal_diphone", "en", "festvox-kallpc16k", "free"),
    _festival("ked_diphone", "en", "festvox-kdlpc16k", "free"),
    _festival("msu_ru_nsh_clunits", "ru", "festvox-ru", "free"),
    _festival("lp_diphone", "it", "festvox-italp16k", encoding="iso-8859-1"),
    _festival("pc_diphone", "it", "festvox-itapc16k", encoding="iso-8859-1"),
    _festival("upc_ca_ona_hts", "ca", "festvox-ca-ona-hts", encoding="iso-8859-15"),
    _festival("suo_fi_lj_diphone", "fi", "festvox-suopuhe-lj", encoding="iso-8859-1"),
    _festival("hy_fi_mv_diphone", "fi", "festvox-suopuhe-mv", encoding="iso-8859-1"),
    _festival("czech_dita", "cs", "festvox-czech-dita", encoding="iso-8859-2"),
    _festival("czech_krb", "cs", "festvox-czech-krb", encoding="iso-8859-2"),
    _festival("czech_machac", "cs", "festvox-czech-machac", encoding="iso-8859-2"),
    _festival("czech_ph", "cs", "festvox-czech-ph", encoding="iso-8859-2"),
    _festival("telugu_NSK_diphone", "te", "festvox-te-nsk"),
    *(Speaker("espeak-ng", name, ESPEAK_LANGUAGES, "copyleft", "espeak-ng") for name in _ESPEAK_TIMBRES),
)
"""All of them, the free ones first."""


def speakers_of(judgements: Iterable[Judgement] = JUDGEMENTS) -> tuple[Speaker, ...]:
    """Return the voices with one of some judgements.

    Raises:
        ValueError: A judgement is unknown.
    """
    wanted = set(judgements)
    if unknown := wanted - set(JUDGEMENTS):
        raise ValueError(f"Judgements must be among {', '.join(JUDGEMENTS)}. Got '{min(unknown)}'.")
    return tuple(speaker for speaker in SPEAKERS if speaker.judgement in wanted)
