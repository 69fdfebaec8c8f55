"""What can be wrong with a model's name, settings, packages or weights; every message names the next step."""

from __future__ import annotations

from audio.errors import KitError


class ModelError(KitError):
    """Base of all errors of this package; the message is written for the user."""


class ManifestError(ModelError):
    """The manifest cannot be read or breaks its schema."""


class ScaffoldError(ModelError):
    """A new model cannot be begun under this name, or not here."""


class UnknownModelError(ModelError):
    """No model has the asked name; the message lists the names and the closest one."""


class SettingsError(ModelError):
    """A model was given an unknown setting or a value that it cannot use."""


class ModelUnavailableError(ModelError):
    """The model's row is there, but a package that it needs is not installed or does not load."""


class WeightError(ModelError):
    """A weight file is missing, damaged, not the one that was published, or not safe to open."""


class NetworkError(ModelError):
    """A network returned something else than it promises; the mistake is in its code."""


class MixtureError(ModelError):
    """A separator was given something else than finite stereo samples."""
