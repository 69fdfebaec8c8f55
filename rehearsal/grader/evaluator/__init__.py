"""Stand-in for the evaluator that the MDX21 grader puts in place of ours."""
