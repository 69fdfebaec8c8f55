"""A Dockerfile is read as Docker reads it: its lines, its variables, and where it puts the repository's files."""

from __future__ import annotations

import pytest

from doctor.dockerfile import read_dockerfile
from doctor.findings import UnreadableError
from doctor.image_files import ImageFiles


def runs(text):
    """The commands of a Dockerfile."""
    return [one.command for one in read_dockerfile(text).instructions if one.name == "RUN"]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("RUN a \\\n # not this\n\n  b", "a    b"),
        ("RUN a \\  \r\n # not this\r\n  b\r\n", "a    b"),
        ("run --mount=type=cache,target=/c --network=none\ta", "a"),
        ('RUN ["a", "b c"]', "a 'b c'"),
        ("RUN <<EOF\na\nb\nEOF\n", "a\nb"),
        ("RUN bash -e <<-'END'\n\ta\n\tEND\n", "\ta"),
        ("RUN cat <<EOF > /r.txt\npip install a\nEOF\n", "cat <<EOF > /r.txt"),
    ],
)
def test_lines_are_joined_and_here_documents_are_commands_where_a_shell_reads_them(text, command):
    assert runs(text) == [command]


def test_variables_stand_for_what_the_last_instruction_gave_them():
    text = """
    ARG TAG=3.11
    FROM python:$TAG AS base
    ENV A=1 B="$A two"
    ARG A=argument TAG
    RUN $A ${B} ${TAG} \\$A ${C:-else} ${A:+set} ${C:+set} $PATH
    FROM other
    RUN ${A:-gone}
    FROM base
    ENV A=${A}0 OLD=x
    RUN $A
    """
    first, second, third = runs(text)
    assert first == "1 1 two 3.11 \\$A else set ${C:+set} $PATH"
    assert (second, third) == ("gone", "10")
    assert read_dockerfile(text).variables == {"A": "10", "B": "1 two", "OLD": "x"}
    assert read_dockerfile(text).base == "python:3.11"


def test_the_builders_arguments_go_before_the_files_own():
    assert runs("FROM a\nARG NB_USER=me\nRUN echo $NB_USER") == ["echo aicrowd"]


def test_an_open_quotation_mark_where_variables_are_set_is_refused():
    with pytest.raises(UnreadableError, match="'Dockerfile': Each line must close its quotation marks. Got: A='b"):
        read_dockerfile("FROM a\nENV A='b\n")


def test_a_path_in_the_image_leads_to_the_file_that_was_copied_there_last():
    files = {"req.txt", "docker/req.txt", "kit/net.py", "a.whl"}
    image = ImageFiles(lambda name: name == "." or name in files or any(file.startswith(f"{name}/") for file in files))
    text = "FROM a\nWORKDIR /w\nCOPY req.txt kit/ /r/\nADD . all\nCOPY docker/*.txt ./\nCOPY --from=b /x /y\n"
    for instruction in read_dockerfile(text).instructions:
        image.follow(instruction)
    assert image.source_of("/r/req.txt") == "req.txt"
    assert image.source_of("/r/net.py") == "kit/net.py"
    assert image.source_of("all/kit/../a.whl") == "a.whl"
    assert image.source_of("all") == "."
    assert image.source_of("kit", folder="all") == "kit"
    assert image.source_of("req.txt") == "docker/req.txt"
    assert [image.source_of(path) for path in ("/y", "/w/all/gone.txt", "/other")] == [None] * 3
