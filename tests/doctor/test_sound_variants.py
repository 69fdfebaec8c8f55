"""Submissions that are unusual and sound raise no alarm."""

from __future__ import annotations

import pytest


def exclude_a_file_of_ones_own(clone):
    clone.write("requirements-experiments.txt", "jupyter\n")
    (clone.path / ".git" / "info").mkdir(exist_ok=True)
    (clone.path / ".git" / "info" / "exclude").write_text("requirements-experiments.txt\n")


def start_by_another_script(clone):
    clone.write("scripts/start.sh", "#!/bin/bash\nexec python predict.py\n")
    clone.write("run.sh", "#!/bin/bash\nexec bash scripts/start.sh\n")


def start_a_line_of_python(clone):
    clone.write("run.sh", '#!/bin/bash\nexec python -c "import predict; predict.main()"\n')


def install_from_a_copy(clone):
    clone.change(
        "Dockerfile", "apt.txt requirements-grader.txt ./", "requirements-grader.txt /tmp/pins.txt\nCOPY apt.txt ./"
    )
    clone.change("Dockerfile", "--requirement requirements-grader.txt", "--requirement /tmp/pins.txt")


def install_in_a_here_document(clone):
    clone.change(
        "Dockerfile",
        "RUN apt-get update \\\n    && pip install --requirement requirements-grader.txt\n",
        "RUN <<EOF\napt-get update\npip install --requirement requirements-grader.txt\nEOF\n",
    )


VARIANTS = (
    exclude_a_file_of_ones_own,
    start_by_another_script,
    start_a_line_of_python,
    install_from_a_copy,
    install_in_a_here_document,
)


@pytest.mark.parametrize("change", VARIANTS)
def test_an_unusual_submission_raises_no_alarm(change, clone, findings_in):
    change(clone)
    clone.commit()
    assert findings_in(clone.path) == ()


def test_a_script_that_a_script_starts_must_start_what_is_there(clone, findings_in):
    start_by_another_script(clone)
    clone.change("scripts/start.sh", "predict.py", "main.py")
    clone.commit()
    assert [(one.check, one.finding) for one in findings_in(clone.path)] == [
        ("run-script", "It starts 'main.py', which is not here.")
    ]
