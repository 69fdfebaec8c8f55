"""What tests of the search share: songs of noise, narrow bounds, a search that is done in a second."""

from oracles.definitions import KIT
from oracles.search.request import SearchRequest
from oracles.search.run import run_search
from oracles.search.songs import SearchSongs
from oracles.search.space import SearchSpace

SMALL = SearchSpace(bands=(10, 40), max_slice_samples=4096)


def request_for(tracks, **changes):
    """Return a request with few bands and short slices."""
    return SearchRequest(SearchSongs(tracks), KIT, **{"oracle": "mpi", "space": SMALL, **changes})


def history(path, request, trials):
    """Search, and return name and scores of each trial."""
    outcome = run_search(request, path, trials)
    return [(one.transform, one.scores) for one in outcome.candidates]
