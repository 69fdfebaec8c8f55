"""Stand-in for the MDX21 grader's evaluator, which tells the rehearsal when each phase begins and ends.

run.sh may set PYTHONPATH, or have Python ignore it: what lies beside the clone is then found from here.
"""

from __future__ import annotations

import os
import sys

_MODULES = os.environ["MDX_REHEARSAL_MODULES"]
if _MODULES not in sys.path:
    # Before all others, as the environment may hold the grader's own package for events.
    sys.path.insert(0, _MODULES)

from rehearsal_channel import guard, report  # type: ignore[import-not-found]  # made for each rehearsal  # noqa: E402
from rehearsal_channel.contract_events import wrap_contract  # type: ignore[import-not-found]  # noqa: E402

from evaluator import aicrowd_helpers, music_demixing  # noqa: E402

guard()
wrap_contract(music_demixing, aicrowd_helpers, report)
