"""From a clone that `mdx doctor` passes to a tag on the challenge's server: `mdx submit`.

- `leaderboard_file`: aicrowd.json for each leaderboard.
- `server`: where a submission goes, and what was submitted there before.
- `changes`: what waits for a commit, and which of it git-lfs must hold.
- `proposal`: all of it together, or the reason why it cannot be submitted; nothing is written.
- `carrying_out`: does what a proposal says.
- `commit`: all that waits becomes a commit, or the clone stays as it was.
- `examination`: the one place that asks `doctor`.
- `git_actions`: every call of git that writes or asks a server; what is only read goes through `doctor.git_program`.

Nothing is ever forced, and no address with a password or token in it is used or shown.
"""
