"""Python imports this before the submission: refuse the network, say who asked for it, notice files from elsewhere.

And forget the kit's installation: where it is installed for editing, Python would find in its folder what the clone
lacks, files that nobody committed and those of `evaluator/` that the grader does not bring.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rehearsal_channel import report, watch_outside_files  # type: ignore[import-not-found]  # made for each rehearsal
from rehearsal_channel.network_guard import refuse_sockets  # type: ignore[import-not-found]  # copied there

sys.meta_path[:] = [
    finder for finder in sys.meta_path if not getattr(finder, "__module__", "").startswith("__editable__")
]
sys.path[:] = [folder for folder in sys.path if not Path(folder, "run.sh").is_file()]
watch_outside_files()
refuse_sockets(lambda message: report("network_attempt", message=message))
