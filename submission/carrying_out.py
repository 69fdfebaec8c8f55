"""Do what a proposal says, and stop at the first thing that goes wrong."""

from __future__ import annotations

from doctor.checks.large_files import BYPASSED
from doctor.examination import Examination
from doctor.findings import quoted
from doctor.git_program import ask_git
from submission.changes import listed
from submission.commit import commit_everything
from submission.errors import SubmitError
from submission.examination import examine_submission
from submission.git_actions import add_tag, push, push_lfs_files, remove_tag
from submission.proposal import Proposal
from submission.server import BRANCH


def check(proposal: Proposal) -> Examination:
    """Ask `mdx doctor` about the clone as it is now."""
    return examine_submission(proposal.root, before_commit=proposal.message is not None)


def carry_out(proposal: Proposal) -> None:
    """Commit, tag and push.

    Branch and tag arrive both or not at all, and a tag that did not arrive is taken away again. A commit stays.

    Raises:
        SubmitError: git or the server refuses, or what was committed does not pass `mdx doctor`.
    """
    if proposal.message is not None:
        _commit(proposal, proposal.message)
    add_tag(proposal.root, proposal.tag)
    try:
        if proposal.lfs_files:
            push_lfs_files(proposal.root, proposal.server.remote, proposal.branch)
        push(proposal.root, proposal.server.remote, BRANCH, proposal.tag)
    except BaseException:
        remove_tag(proposal.root, proposal.tag)
        raise


def has_committed(proposal: Proposal) -> bool:
    """Tell whether HEAD has moved on since a proposal was made."""
    return ask_git(proposal.root, "rev-parse", "HEAD").decode().strip() != proposal.head


def _commit(proposal: Proposal, message: str) -> None:
    commit_everything(proposal.root, message, proposal.new_in_lfs, proposal.changed_in_lfs)
    examination = examine_submission(proposal.root, before_commit=False)
    _refuse_bypassed(proposal, examination)
    if not examination.passes:
        raise SubmitError(
            f"What is submitted must pass `mdx doctor`. Got: {examination.verdict} The changes are committed; nothing "
            "was tagged or pushed. `mdx doctor` says what to mend."
        )


def _refuse_bypassed(proposal: Proposal, examination: Examination) -> None:
    """Refuse what git holds itself although git-lfs was to take it: a hook or a filter of the user's may do that."""
    found = {finding.subject for finding in examination.findings if finding.check == BYPASSED}
    bypassed = [path for path in proposal.changed_in_lfs if path in found]
    if bypassed:
        raise SubmitError(
            f"A commit must hold a pointer of each file that git-lfs takes. Got {listed(bypassed)} itself: "
            f"`git lfs install && git add --renormalize {quoted(bypassed[0])} && git commit --amend --no-edit`. The "
            "changes are committed; nothing was tagged or pushed."
        )
