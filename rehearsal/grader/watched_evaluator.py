"""Stand-in for the MDX21 grader's evaluator, which tells the rehearsal when each phase begins and ends."""

from __future__ import annotations

from rehearsal_channel import report  # type: ignore[import-not-found]  # made for each rehearsal
from rehearsal_channel.contract_events import wrap_contract  # type: ignore[import-not-found]

from evaluator import aicrowd_helpers, music_demixing

wrap_contract(music_demixing, aicrowd_helpers, report)
