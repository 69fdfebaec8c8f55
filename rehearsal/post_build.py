"""The submission's own script after the build: it sees what the grader's builder has, and nothing of this machine.

The builder makes `postBuild` executable and starts it by its first line (repo2docker.readthedocs.io, "postBuild").
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

from doctor.build import POST_BUILD
from rehearsal.confined import ConfinedCommand
from rehearsal.environment import Environment, run_build_step
from rehearsal.folder import Folder
from rehearsal.isolation import View
from rehearsal.launch import ROOT, own_variables

_FOR_THE_NETWORK = ("http_proxy", "https_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir", "requests_ca_bundle")
"""Variables, in either case, without which this machine may reach no package."""
_EXECUTABLE = 0o755


def run_post_build(folder: Folder, environment: Environment, view: View) -> None:
    """Run the clone's `postBuild`.

    Args:
        folder: Of the rehearsal.
        environment: Whose programs come first.
        view: What of the disk the submission sees; where the system hides nothing, all of it.

    Raises:
        BuildError: It failed.
    """
    (folder.clone / POST_BUILD).chmod(_EXECUTABLE)
    for_the_network = {name: value for name, value in os.environ.items() if name.lower() in _FOR_THE_NETWORK}
    variables = for_the_network | own_variables(folder, environment)
    probe = ConfinedCommand([*environment.python, "-I", "-c", ""], variables, str(folder.clone), _with_resolver(view))
    hidden = subprocess.run(_written(probe, folder), cwd=ROOT, capture_output=True, check=False).returncode == 0
    # By a shell, as the builder does it: a script without a first line is the shell's own.
    script = replace(probe, command=["sh", "-c", f"./{POST_BUILD}"], view=probe.view if hidden else None)
    run_build_step(_written(script, folder), folder, "run postBuild", ROOT)


def _with_resolver(view: View) -> View:
    """Keep the folder of the settings that lead to names in the network, which is a link on some systems."""
    resolver = os.path.dirname(os.path.realpath("/etc/resolv.conf"))
    return replace(view, kept=[*view.kept, resolver]) if view.hides(resolver) else view


def _written(command: ConfinedCommand, folder: Folder) -> list[str]:
    """Write a command down; return what starts it in the kit's root."""
    path = folder.root / "post_build.json"
    path.write_text(json.dumps(asdict(command)), encoding="utf-8")
    return [sys.executable, "-m", "rehearsal.confined", str(path)]
