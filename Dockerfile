# The grading image. Where this file exists, the challenge's builder uses it and reads neither environment.yml nor
# requirements.txt by itself. The pins are those of `make run` and the grader's event package.
FROM python:3.11-slim

# The challenge's builder passes the user's name and number.
ARG NB_USER=aicrowd
ARG NB_UID=1001
ENV HOME=/home/${NB_USER} PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN adduser --disabled-password --gecos "" --uid ${NB_UID} ${NB_USER}
WORKDIR ${HOME}

COPY apt.txt requirements-grader.txt ./
RUN packages=$(sed 's/#.*//' apt.txt) \
    && if [ -n "$(echo $packages)" ]; then \
        apt-get update && apt-get install --yes --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*; \
    fi
RUN pip install --requirement requirements-grader.txt

COPY --chown=${NB_UID} . .
USER ${NB_USER}

CMD ["bash", "run.sh"]
