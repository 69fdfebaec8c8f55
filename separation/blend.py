"""Several separators as one: for each stem a weighted sum of their estimates.

The winners of the Music Demixing Challenge 2021 blended networks on waveforms with networks on spectrograms, which err
in different ways. A member runs once for each song, and only for the stems in which its weight counts. What may follow
the sum (a Wiener filter, what the stems leave of the mixture) is in `separation.blend_finish`.

Reference: Mitsufuji, Fabbro, Uhlich, Stöter, Défossez, Kim, Choi, Yu, Cheuk, "Music Demixing Challenge 2021", Frontiers
in Signal Processing 1, 2022, https://doi.org/10.3389/frsip.2021.808395
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from audio.sources import SongSource
from audio.stems import Stems
from models.workload import Workload, workload_of
from separation.blend_finish import BlendFinish
from separation.blend_members import BlendMember, blend_blocks
from separation.blend_plan import BlendError, check_stems, check_whole, order_stems
from separation.streaming import check_request, separate_whole


class Blend:
    """A blend of separators as a separator."""

    def __init__(self, members: Sequence[BlendMember], stems: Sequence[str], finish: BlendFinish | None = None) -> None:
        """Take the members.

        Args:
            members: In the order in which they are added up. Members at another rate than the highest are resampled.
            stems: What the blend gives, with those that get a share of the rest; silence where no member has a say.
            finish: What is done to the blended stems; None leaves them as they are.

        Raises:
            BlendError: No member has a say in any stem, a weight is for a stem that its member does not give, or the
                stems overlap, or do not make up a song where they must.
        """
        self.members = tuple(members)
        self.finish = finish or BlendFinish()
        for position, member in enumerate(self.members, start=1):
            check_stems(f"The weights of member {position} of the blend", member.weights, member.separator.stems)
        self.stems = order_stems([*stems, *self.finish.residual])
        if not any(member.counted(self.stems) for member in self.members):
            raise BlendError(
                "A blend must have a member with a weight other than 0. Got none. Give one of them a weight."
            )
        if self.finish.mixture_consistency:
            check_whole(self.stems)
        self.sample_rate = max(member.separator.sample_rate for member in self.members)

    def workload(self) -> Workload:
        """Return how the members cut songs, all together, for predictions of time and memory."""
        running = [member.separator for member in self.members if member.counted(self.stems)]
        workloads = [workload_of(separator).at_rate(self.sample_rate) for separator in running]
        return Workload(self.sample_rate, tuple(one for workload in workloads for one in workload.passes))

    def separate(self, mixture: Tensor, on_progress: Callable[[float], None] = lambda share: None) -> Stems:
        """Split a mixture into stems.

        Args:
            mixture: Shape (2, samples), float32, at `sample_rate`; left as it is.
            on_progress: As in `separate_stream`.

        Returns:
            Stem name -> shape (2, samples), on the mixture's device.

        Raises:
            MixtureError: The mixture is no finite stereo signal.
        """
        return separate_whole(self, mixture, on_progress)

    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Split a song block by block; a member that cannot stream reads it whole.

        Args:
            source: The song, at `sample_rate`.
            stems: The stems that are wanted, or None for all; members without a say in what they need are not run.
            on_progress: Called with the mean of the members' shares of work done.

        Raises:
            SettingsError: A stem that the blend does not give, or a song at another rate.

        Yields:
            Where a block begins, and stem name -> shape (2, samples of the block), without gaps to the song's end.
        """
        wanted = tuple(stems) if stems is not None else self.stems
        check_request(self, source, wanted)
        needed = self.finish.needed_stems(self.stems, wanted)
        blended = blend_blocks(self.members, source, needed, on_progress)
        for start, block in self.finish.apply(blended, source, needed):
            yield start, {stem: block[stem] for stem in wanted}
