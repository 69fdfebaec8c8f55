"""What would make a submission fail, found before it is pushed: `mdx doctor`.

- `findings`: what a check is, and what it finds.
- `repository`: a clone as the checks see it, every file and every fact of git read once.
- `git_facts`, `changes`, `large_history`, `addresses`, `text_files`, `declaration_file`, `project_file`,
  `planned_models`, `requirement_lines`, `shell`, `dockerfile`, `ignore_rules`, `build`, `distributions`, `source_code`,
  `calls`: what the view is made of, from plain text to facts.
- `restoring`, `inner_repository`, `secrets`: what findings say and do not say.
- `checks`: the checks, one file for each idea; `catalogue` lists them all.
- `examination`: all checks on one repository; `table` shows the outcome, `document` lists the checks in the documents.

A check reads the view and nothing else. Nothing here changes a repository, asks the network or runs its code.
"""
