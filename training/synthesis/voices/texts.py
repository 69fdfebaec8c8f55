"""What the speech programs say: everyday words of songs in many languages, put together at random.

Meaning does not matter to a network that learns what a voice is; sounds do. So these are plain lists of common words,
with many open syllables, and the syllables that singers sing when words run out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

SUNG_SYLLABLES = (
    "la", "na", "da", "oh", "ah", "ooh", "hey", "yeah", "whoa", "doo", "ba", "ya", "uh", "wo", "mmm", "ee", "aah",
    "hoo", "nah", "way",
)  # fmt: skip
"""For any language with Latin letters."""

_WORDS: Mapping[str, str] = MappingProxyType({
    "en": """love heart night day light dream baby never ever away stay rain fire sky dance move feel real alone
        together forever tonight tomorrow running falling flying burning crying trying leaving believe river road
        highway sunshine moonlight shadow window memory story morning evening summer winter ocean water mountain city
        street home inside outside over under again pain shame name game flame change free see show hold cold told
        gold soul whole control down town sound ground around found proud time mind find kind blind line shine mine
        wild child smile eyes lies try die high why goodbye more before door war all call fall wall small girl world
        word stars start dark far guitar scars make break wake mistake face place space give live forgive kiss miss
        wish just trust touch much rush blood above enough hands stand land mad bad sad glad back crack please need
        bleed speed lead head instead say play pray maybe crazy lazy lady brother sister money honey people power
        question answer thunder wonder hunger younger heaven seven ticket pocket record music rhythm trouble bubble""",
    "it": """amore cuore notte vita sole mare cielo canto sogno vento fuoco luna stella strada mondo tempo parole
        occhi mano dolce bella sempre mai ancora domani insieme volare cantare ballare sentire vivere lontano vicino
        bambina ragazzo finestra città musica chitarra silenzio respiro sorriso lacrime primavera estate""",
    "ca": """amor cor nit dia cel sol lluna somni aigua foc camí casa vida llum cançó estrella matí vespre hivern
        estiu ballar cantar sempre junts vent mar terra ulls mans dolça petita ciutat carrer finestra paraules""",
    "fi": """rakkaus sydän yö päivä taivas aurinko kuu uni vesi tuli tie koti elämä valo laulu tähti aamu ilta talvi
        kesä tanssia laulaa ikuisesti yhdessä sinä minä kaipuu hiljaa meri ranta kaupunki katu ikkuna silmät""",
    "cs": """láska srdce noc den nebe slunce měsíc sen voda oheň cesta domů život světlo písnička hvězda ráno večer
        zima léto tančit zpívat milovat věřit navždy spolu řeka hora město ulice okno oči ruce ticho""",
    "ru": """любовь сердце ночь день небо солнце луна сон вода огонь дорога дом жизнь свет песня звезда утро вечер
        зима лето танцевать петь верить навсегда вместе река гора город улица окно глаза руки тишина""",
    "te": """ప్రేమ మనసు రాత్రి పగలు ఆకాశం సూర్యుడు చంద్రుడు కల నీరు దారి ఇల్లు జీవితం వెలుగు పాట నక్షత్రం ఉదయం
        సాయంత్రం గాలి పూలు నువ్వు నేను ఎప్పుడూ""",
    "es": """amor corazón noche día luz bailar fuego sueño vida siempre nunca cielo tierra contigo mañana lluvia playa
        besos vamos dame quiero mira sola loca ciudad camino volver cantar estrella luna mirada guitarra""",
    "fr": """amour coeur nuit jour lumière danser feu rêve vie toujours jamais ciel terre demain pluie soleil viens
        regarde seul folle ville chemin chanter partir lentement encore étoile lune fenêtre chanson silence""",
    "de": """liebe herz nacht tag licht tanzen feuer traum leben immer niemals himmel erde morgen regen sonne komm
        allein stadt weg singen fliegen zusammen weiter frei stern mond fenster augen hände stille straße""",
    "pt": """amor coração noite dia luz dançar fogo sonho vida sempre nunca céu terra amanhã chuva sol vem olha
        sozinha cidade caminho cantar saudade beijo menina estrela lua janela violão silêncio""",
    "sv": """kärlek hjärta natt dag ljus dansa eld dröm liv alltid aldrig himmel jord imorgon regn sol kom ensam stad
        väg sjunga flyga fri stjärna måne fönster ögon händer tystnad""",
    "pl": """miłość serce noc dzień światło tańczyć ogień sen życie zawsze nigdy niebo ziemia jutro deszcz słońce
        chodź sama miasto droga śpiewać gwiazda księżyc okno oczy ręce cisza""",
    "nl": """liefde hart nacht dag licht dansen vuur droom leven altijd nooit hemel aarde morgen regen zon kom alleen
        stad weg zingen vliegen vrij ster maan raam ogen handen stilte""",
    "tr": """aşk kalp gece gün ışık dans ateş rüya hayat daima asla gökyüzü dünya yarın yağmur güneş gel yalnız şehir
        yol şarkı yıldız ay pencere gözler eller sessizlik""",
    "id": """cinta hati malam hari cahaya menari api mimpi hidup selalu bumi langit besok hujan matahari datang
        sendiri kota jalan menyanyi bintang bulan jendela mata tangan sunyi""",
    "sw": """upendo moyo usiku siku mwanga cheza moto ndoto maisha daima mbingu dunia kesho mvua jua njoo peke mji
        barabara imba nyota mwezi dirisha macho mikono kimya""",
    "el": """αγάπη καρδιά νύχτα μέρα φως χορός φωτιά όνειρο ζωή πάντα ποτέ ουρανός γη αύριο βροχή ήλιος έλα μόνος πόλη
        δρόμος τραγούδι αστέρι φεγγάρι παράθυρο μάτια""",
    "hi": """प्यार दिल रात दिन सपना आसमान जीवन हमेशा तारा चाँद गीत आग पानी रास्ता घर रोशनी सुबह शाम बारिश हवा""",
    "ja": """あい こころ よる ひかり ゆめ そら うみ かぜ はな ほし きみ ぼく いつまでも あした なみだ えがお うた
        せかい さくら みち まど""",
    "ko": """사랑 마음 밤 빛 꿈 하늘 바다 바람 꽃 별 너 나 영원히 내일 눈물 노래 세상 거리 창문 아침""",
})  # fmt: skip

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({name: tuple(text.split()) for name, text in _WORDS.items()})
"""Words by language."""
LATIN = frozenset(WORDS) - {"ru", "te", "el", "hi", "ja", "ko"}
"""Languages in which the sung syllables can be read."""


def draw_text(language: str, rng: np.random.Generator) -> str:
    """Return five to nine random words of a language of WORDS, now and then with sung syllables between them."""
    words = list(rng.choice(np.array(WORDS[language]), int(rng.integers(5, 10))))
    if language in LATIN and rng.uniform() < 0.35:
        words[1::2] = rng.choice(np.array(SUNG_SYLLABLES), len(words[1::2]))
    return " ".join(words)
