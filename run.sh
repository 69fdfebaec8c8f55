#!/bin/bash
# The grader runs this file.
set -e
python predict.py
