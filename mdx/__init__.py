"""The command line: `mdx COMMAND`. One file per command, no logic of its own; nobody imports it."""
